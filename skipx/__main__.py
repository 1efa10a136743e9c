"""``python -m skipx`` is the ``skipx`` command."""

from skipx.cli.main import main

main()

"""Runs ``skipx`` in a process whose memory, or whose user, is limited after everything is loaded.

python bounded.py headroom|nobody ARGUMENT...
"""

from __future__ import annotations

import contextlib
import io
import os
import resource
import sys
from pathlib import Path

from skipx.cli.main import run
from skipx.examples import example_path

HEADROOM_BYTES = 384 << 20
NOBODY = 65_534


def main(limit: str, *arguments: str) -> int:
    with contextlib.redirect_stdout(io.StringIO()):
        run(["analyze", str(example_path()), "--json"])
    if limit == "headroom":
        pages = int(Path("/proc/self/statm").read_text().split()[0])
        most = pages * os.sysconf("SC_PAGE_SIZE") + HEADROOM_BYTES
        resource.setrlimit(resource.RLIMIT_AS, (most, most))
    elif os.getuid() == 0:
        os.setgroups([])
        os.setgid(NOBODY)
        os.setuid(NOBODY)
    return run(arguments)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))

"""The skipx command: one file a subcommand."""

"""What each command does: one module for each wing, imported by name in `cli.py` and only when it is called."""

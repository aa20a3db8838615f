"""Figures, measured: each program prints its table, the machine and the command that made it."""

"""Safeconduct: appeals come in sealed, are answered, and are forgotten in time."""

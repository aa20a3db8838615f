"""What can be read without giving anything, as signed static files."""

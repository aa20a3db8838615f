"""What crosses between the wings, and how each side proves that it is itself."""

"""How a site is made, saved and brought back."""

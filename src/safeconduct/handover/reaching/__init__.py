"""Inner's half: reaches out to the front, pulls, acknowledges, delivers."""

"""A room that changed after a backup was made: its first version had no weight."""

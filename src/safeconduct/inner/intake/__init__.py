"""Opens the header of each envelope and hands it to the room that takes its kind."""

"""The front's half: keeps envelopes until inner has acknowledged them, takes dispatches."""

"""The person's forms: write, get a code, come back with it, wipe."""

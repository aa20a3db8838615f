"""Who did what with which record: an append-only hash chain for each store, reads included; ids, never words."""

"""Closing and opening: envelopes, threads from codes, stores, signatures. Plain Python over `cryptography`."""

"""Signatures that somebody gives later: ordered from a key, awaited, embedded."""

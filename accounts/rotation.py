"""Rotating the keys of our own access tokens, as a chore and by hand."""

from accounts.runtime import runtime


def rotate_token_keys() -> None:
    """Make the next key when it is time, and take away those that are over. A chore."""
    runtime().tokens.keys.rotate()

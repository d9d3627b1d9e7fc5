"""Signing in with identity providers: a real one, a sandbox and a liar."""

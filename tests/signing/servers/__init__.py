"""Servers that tests of signing call on loopback; they share no code with the clients."""

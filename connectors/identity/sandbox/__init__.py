"""A stand-in for an identity provider: `python -m connectors.identity.sandbox`."""

"""A stand-in for the register of enterprises: `python -m connectors.enterprise.sandbox`."""

"""A stand-in for a mail server that delivers nothing: `python -m connectors.notify.sandbox`."""

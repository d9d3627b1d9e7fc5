"""A stand-in for the payment platform: `python -m connectors.payment.sandbox`."""

"""Revoked certificates: what authorities publish about them, asked for, kept, and weighed.

`evidence` is what they publish (CRL, OCSP); `fetching` asks other authorities for it; `publishing` is
what the development authority says of its own; `weighing` tells what evidence means for a certificate.
"""

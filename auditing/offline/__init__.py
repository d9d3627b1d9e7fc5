"""Checking an exported case without this system: nothing but Python's own library, and openssl.

`packing.pack` makes one file of it, `motcua-verify.pyz`. What it knows of the archive is written in
`auditing.evidence.archive`; it shares no code with what writes it but the Merkle trees.
"""

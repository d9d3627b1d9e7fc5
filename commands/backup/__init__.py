"""Backup and restore: database, documents and development keys in one archive with checksums.

The rows are written as JSON, the same for every database, so a backup of an SQLite installation can
be restored into PostgreSQL and the other way round.
"""

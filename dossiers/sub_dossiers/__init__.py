"""Parts of a case that another agency settles: each a dossier of its own, with code, clock and record.

The lead agency keeps the dossier and its due date, and its clock runs on while it waits, unless the
service says otherwise.
"""

"""The ground floor: settings, database session, clock, ids, errors and the audit trail.

Nothing here knows of processes, dossiers or HTTP, and nothing here imports another room.
"""

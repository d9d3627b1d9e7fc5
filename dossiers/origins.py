"""What an older system told of a dossier that goes on here."""

from core.database import db
from dossiers.models import Dossier, LegacyOrigin


def origin_of(dossier: Dossier) -> LegacyOrigin | None:
    """Where a dossier that the caller was given comes from; None for one that began here."""
    return db.session.get(LegacyOrigin, dossier.id) if dossier.legacy_code else None

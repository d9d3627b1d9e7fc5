"""What the desk keeps about a dossier: it stays whole while it is looked at, and is emptied with it."""

from datetime import datetime
from typing import Final
from uuid import UUID

from flask import Flask
from sqlalchemy import ColumnElement, select, update

from auditing.evidence.models import EvidenceExport
from auditing.models import Sample, SampledDossier
from core.database import db
from core.errors import N_
from dossiers.models import Dossier
from dossiers.privacy.grounds import Ground, also_empty, also_kept_by
from dossiers.settled.retention import Term


def install(app: Flask) -> None:
    """Keep what is in an open sample; empty notes on what is pseudonymised, and purposes of exports."""
    also_kept_by(app, IN_A_SAMPLE)
    also_empty(app, _empty_notes)


def _in_a_sample(_term: Term, _before: datetime) -> ColumnElement[bool]:
    drawn = select(Sample.id).join(SampledDossier, SampledDossier.sample_id == Sample.id)
    still_open = drawn.where(SampledDossier.dossier_id == Dossier.id, Sample.signed_at.is_(None))
    return still_open.exists()


def _empty_notes(dossier_id: UUID) -> None:
    noted = update(SampledDossier).where(SampledDossier.dossier_id == dossier_id)
    db.session.execute(noted.values(note=""))
    exported = update(EvidenceExport).where(EvidenceExport.dossier_id == dossier_id)
    db.session.execute(exported.values(purpose=""))


IN_A_SAMPLE: Final = Ground("sample", N_("in a sample that is not signed off"), _in_a_sample)

"""Samples of finished dossiers: drawn by a seed that is on record, checked one by one, signed off."""

import random
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import select

from accounts import policy
from accounts.actor import Actor
from accounts.policy import Action
from auditing import inquiries
from auditing.audit import AuditingTag
from auditing.errors import DaysWrong, NotAllJudged, NothingToDraw, SampleNotFound
from auditing.models import Sample, SampledDossier
from core.audit import note
from core.clock import now, zone
from core.database import db
from core.errors import N_
from core.ids import new_id
from dossiers.models import Dossier

QUESTIONS: Final = {
    "papers": N_("Were all papers that the service asks for there?"),
    "term": N_("Was the term kept, or the delay explained?"),
    "people": N_("Did the right people decide, none of them on his own case?"),
    "reason": N_("Is the decision reasoned, and is the reason right?"),
    "fee": N_("Was the right fee taken?"),
}
ANSWERS: Final = {"yes": N_("Yes"), "no": N_("No"), "none": N_("Does not apply")}
LARGEST: Final = 200


@dataclass(frozen=True)
class Population:
    """Of which dossiers a sample is drawn; no agency is all, and so is an empty service."""

    first_day: date
    last_day: date
    agency_id: UUID | None = None
    service_key: str = ""


def draw(population: Population, size: int, *, by: Actor, seed: str = "") -> Sample:
    """Draw at most `size` dossiers; an empty seed is made. Raises DaysWrong, NothingToDraw."""
    policy.require_ever(by, Action.AUDIT_REVIEW)
    if population.last_day < population.first_day:
        raise DaysWrong
    ids, seed = _ids(population, by), seed.strip() or secrets.token_hex(16)
    if not ids:
        raise NothingToDraw
    chosen = random.Random(seed).sample(ids, min(size, len(ids), LARGEST))  # noqa: S311  it must be drawn again
    sample = Sample(id=new_id(), seed=seed, population=len(ids), drawn_by=by.id, **vars(population))
    db.session.add(sample)
    db.session.flush()
    for position, dossier_id in enumerate(chosen, 1):
        db.session.add(
            SampledDossier(sample_id=sample.id, position=position, dossier_id=dossier_id)
        )
    told = {"seed": seed, "population": len(ids), "size": len(chosen)}
    days = {"first_day": str(population.first_day), "last_day": str(population.last_day)}
    _note(AuditingTag.SAMPLE_DRAWN, sample, by, **told, **days, service=population.service_key)
    return sample


def check(
    sample_id: UUID,
    position: int,
    checks: Mapping[str, str],
    remark: str,
    *,
    by: Actor,
    version: int | None = None,
) -> SampledDossier:
    """Fill in the checklist of one dossier. Raises NotAllJudged, and as `inquiries.change`."""
    sample = inquiries.change(Sample, sample_id, by=by, version=version)
    row = db.session.get(SampledDossier, (sample.id, position))
    if row is None:
        raise SampleNotFound
    answered = {name: checks[name] for name in QUESTIONS if checks.get(name) in ANSWERS}
    if len(answered) < len(QUESTIONS):
        raise NotAllJudged(count=len(QUESTIONS) - len(answered))
    row.checks, row.note = answered, remark.strip()
    row.checked_by, row.checked_at = by.id, now()
    details = {"position": position, "dossier": str(row.dossier_id), "checks": answered}
    _note(AuditingTag.SAMPLE_CHECKED, sample, by, **details)
    return row


def sign_off(sample_id: UUID, conclusion: str, *, by: Actor, version: int | None = None) -> Sample:
    """Close a sample. Raises PurposeMissing, NotAllJudged, and as `inquiries.change`."""
    sample = inquiries.change(Sample, sample_id, by=by, version=version)
    rows = sampled(sample)
    left = sum(each.checked_at is None for each in rows)
    inquiries.close(sample, conclusion, left=left, by=by)
    faults = sum("no" in each.checks.values() for each in rows)
    _note(AuditingTag.SAMPLE_SIGNED, sample, by, size=len(rows), faults=faults)
    return sample


def sampled(sample: Sample) -> Sequence[SampledDossier]:
    """The dossiers of a sample, as drawn."""
    of_sample = SampledDossier.sample_id == sample.id
    return db.session.scalars(
        select(SampledDossier).where(of_sample).order_by(SampledDossier.position)
    ).all()


def references(rows: Sequence[SampledDossier]) -> dict[UUID, str]:
    """What the sampled dossiers are called."""
    ids = [each.dossier_id for each in rows]
    found = db.session.execute(
        select(Dossier.id, Dossier.code, Dossier.reference).where(Dossier.id.in_(ids))
    )
    return {row.id: row.code or row.reference for row in found}


def _ids(population: Population, by: Actor) -> list[UUID]:
    """Ids of the finished dossiers that the auditor may read, in one order wherever it is asked."""
    begin, end = (
        datetime.combine(day, time(), zone()).astimezone(UTC)
        for day in (population.first_day, population.last_day + timedelta(days=1))
    )
    query = select(Dossier.id).where(
        policy.clause(by, Action.DOSSIER_VIEW, Dossier),
        Dossier.finished_at >= begin,
        Dossier.finished_at < end,
    )
    if population.agency_id:
        query = query.where(Dossier.agency_id == population.agency_id)
    if population.service_key:
        query = query.where(Dossier.service_key == population.service_key)
    return sorted(db.session.scalars(query))


def _note(tag: AuditingTag, sample: Sample, by: Actor, **details: object) -> None:
    note(
        tag,
        actor=by.id,
        subject=f"sample:{sample.id}",
        details=details,
        agency_id=sample.agency_id,
    )

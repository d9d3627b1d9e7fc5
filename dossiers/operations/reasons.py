"""Keeping why a decision came out as it did: clerks and courts ask, also years later."""

from collections.abc import Sequence
from uuid import UUID

from flask_babel import force_locale
from sqlalchemy import insert, select

from core.clock import now
from core.database import db, write_later
from core.i18n import offered
from core.ids import new_id
from dossiers.models import DecisionReason, Dossier
from engine.dmn import Outcome, explain
from engine.dmn.words import literal

_INSERT = insert(DecisionReason.__table__)  # type: ignore[arg-type]  # declared as any selectable


def keep_reason(dossier_id: UUID, element_id: str, outcome: Outcome) -> None:
    """Keep the words of an outcome, as they are said today in every language."""
    rules = [f"{each.table_id}#{hit.rule_id}" for each in outcome.tables for hit in each.rules]
    row = {
        "id": new_id(),
        "dossier_id": dossier_id,
        "element_id": element_id,
        "decision_id": outcome.decision_id,
        "value": literal(outcome.value),
        "rules": rules,
        "explanation": {language: _told(outcome, language) for language in offered()},
        "made_at": now(),
    }
    write_later(_INSERT, row)


def reasons(dossier: Dossier) -> Sequence[DecisionReason]:
    """Why the decision tables answered as they did, oldest first."""
    return db.session.scalars(
        select(DecisionReason)
        .where(DecisionReason.dossier_id == dossier.id)
        .order_by(DecisionReason.id)
    ).all()


def _told(outcome: Outcome, language: str) -> str:
    with force_locale(language):
        return explain(outcome)

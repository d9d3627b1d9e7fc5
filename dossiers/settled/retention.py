"""How long what dossiers of a service tell of people is kept. Nothing is touched without a decision."""

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, Final
from uuid import UUID

from administration import Effect, SettingKind, in_force
from administration.kinds import Change
from administration.timeline import Value
from core.clock import zone
from core.errors import N_
from dossiers.models import Dossier
from dossiers.settled.common import count_dossiers, form_of, name_of_service, require_service

RETENTION: Final = "retention"
FOR_EVER, NEEDS = "for-ever", "needs"
MONTHS_OF: Final = {"months": 1, "years": 12}
_YEAR: Final = 12
_NOTHING_GOES = N_("From %(first)s on nothing is pseudonymised.")
_GOES = N_(
    "From %(first)s on, what tells of people goes from dossiers that have been over for %(months)s "
    "months: %(count)s by then, less what is on hold or still needed. It cannot be brought back."
)


@dataclass(frozen=True)
class Term:
    """How long; no `months` is for ever. A valid entry of the register may need its dossier whole."""

    months: int | None
    valid_entry_needs_it: bool
    basis: str

    def over_before(self, day: date) -> datetime | None:
        """By this day the term has passed for what was over before the moment; None is for nothing.

        Where a month is too short for the day, the term is some days longer, never shorter.
        """
        if self.months is None:
            return None
        month = day.year * _YEAR + day.month - 1 - self.months
        year, number = month // _YEAR, month % _YEAR + 1
        first = date(year, number, min(day.day, monthrange(year, number)[1]))
        return datetime.combine(first, time(), zone())


def retention_terms() -> SettingKind:
    """The kind."""
    return SettingKind(
        RETENTION,
        N_("How long personal data is kept"),
        N_("After which time dossiers of a service no longer tell of people, and by which law."),
        form_of(RETENTION),
        key=lambda value: str(value["service"]),
        title=name_of_service,
        second_person=True,
        check=require_service,
        effects=_effects,
    )


def term_of(service_key: str, agency_id: UUID, *, day: date | None = None) -> Term | None:
    """The term that holds for dossiers of a service at an agency; None where nothing was decided."""
    value = in_force(RETENTION, agency_id, day=day).get(service_key)
    return term_in(value) if value else None


def term_in(value: Value) -> Term:
    """The term that a decision says."""
    if value["kept"] == FOR_EVER:
        return Term(None, valid_entry_needs_it=True, basis=value["basis"])
    months = int(value["amount"]) * MONTHS_OF[value["unit"]]
    needed = value["valid_entry"] == NEEDS
    return Term(months, valid_entry_needs_it=needed, basis=value["basis"])


def _effects(change: Change) -> Sequence[Effect]:
    first, value = change.ruling.valid_from, change.ruling.value
    before = term_in(value).over_before(first) if value else None
    if before is None or value is None:
        return (Effect(_NOTHING_GOES, {"first": first}),)
    passed: tuple[Any, ...] = (
        Dossier.service_key == change.key,
        Dossier.pseudonymised_at.is_(None),
        Dossier.finished_at < before,
    )
    count = count_dossiers(change, *passed)
    told = {"first": first, "months": term_in(value).months, "count": count}
    return (Effect(_GOES, told),)

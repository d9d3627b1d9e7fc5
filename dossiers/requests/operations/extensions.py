"""Extending the time limit with an apology (form 04): proposed before the due date, then granted."""

from datetime import date, datetime
from decimal import Decimal
from typing import Final
from uuid import UUID

from accounts.actor import Actor
from accounts.policy import Action
from core.clock import now
from dossiers.calendar import ONE_DAY, Calendar
from dossiers.clock_models import DueCause
from dossiers.models import Dossier
from dossiers.operations import clock
from dossiers.requests.errors import (
    ExtendedAlready,
    ExtensionTooLate,
    NewDateWrong,
    NotReceived,
)
from dossiers.requests.jobs import ask_letter, moment
from dossiers.requests.models import DossierRequest, RequestKind, RequestState
from dossiers.requests.operations.keeping import ask, lock_open, require_words
from dossiers.requests.queries import earlier
from dossiers.requests.rules import require_undecided, rule_of, rules_of, setting_of
from dossiers.settled import clock_for
from dossiers.time_limits import LegalClock, Pause, TimeLimit, Unit
from workflows.queries import service_version

LETTER: Final = "extension"
OLD_DUE, NEW_DUE = "old_due", "new_due"
_LONGEST: Final = 2000


def propose_extension(
    dossier_id: UUID, *, until: date, reason: str, actor: Actor
) -> DossierRequest:
    """Propose another day for the result of a dossier whose clock runs.

    Raises DossierNotFound, NotAllowed, RequestNotOffered, DecidedAlready, NotReceived, ReasonMissing,
    NotInWords, ExtendedAlready, ExtensionTooLate, NewDateWrong, RequestStands.
    """
    dossier = lock_open(dossier_id, actor=actor, action=Action.REQUEST_PROPOSE)
    rule = rule_of(RequestKind.EXTENSION, dossier)
    require_undecided(dossier)
    due = _running(dossier)
    require_words(reason)
    _require_left(dossier, int(setting_of(dossier, rule.most)))
    _require_in_time(dossier, due, int(setting_of(dossier, rule.notice)))
    after = _day(dossier, due, until)
    what = {OLD_DUE: due.isoformat(), NEW_DUE: after.isoformat()}
    return ask(dossier, RequestKind.EXTENSION, reason, what, by=actor)


def carry_out(request: DossierRequest, dossier: Dossier, by: Actor) -> None:
    """Promise the granted day, as long as the old one has not passed; both are kept.

    Raises NotReceived, ExtensionTooLate, ExtendedAlready, NewDateWrong.
    """
    rule, due = rules_of(dossier).extension, _running(dossier)
    if rule is not None:
        _require_left(dossier, int(setting_of(dossier, rule.most)), beside=request)
    _require_in_time(dossier, due, 0)
    wanted = datetime.fromisoformat(request.what[NEW_DUE])
    calendar = clock_for(dossier.agency_id).calendar
    after = _day(dossier, due, calendar.local_date(wanted))
    _keep_limit(request, dossier, calendar.local_date(after))
    clock.change_due(dossier, after, DueCause.EXTENDED, by=by.id, note=request.reason)
    told = {
        "round": str(request.round),
        "reason": request.reason,
        "asked_at": moment(request.asked_at),
        OLD_DUE: due.isoformat(),
        NEW_DUE: after.isoformat(),
        "by": by.name,
        "history": _history(request, dossier),
    }
    ask_letter(LETTER, dossier, told)


def _running(dossier: Dossier) -> datetime:
    """The promised day of a dossier whose clock runs."""
    stands = service_version(dossier.service_version).manifest.clock_stands
    if dossier.due_at is None or dossier.status in stands:
        raise NotReceived
    return dossier.due_at


def _require_left(dossier: Dossier, most: int, *, beside: DossierRequest | None = None) -> None:
    made = [
        each
        for each in earlier(dossier.id, RequestKind.EXTENSION)
        if each.state is RequestState.GRANTED and each is not beside
    ]
    if len(made) >= most:
        raise ExtendedAlready(most=most)


def _require_in_time(dossier: Dossier, due: datetime, notice: int) -> None:
    """Whether so many working days are left before the day on which it is due."""
    calendar = clock_for(dossier.agency_id).calendar
    last = calendar.local_date(due)
    today = calendar.local_date(now())
    if now() > due or calendar.working_days_between(today, last) < notice:
        raise ExtensionTooLate(day=last.isoformat(), notice=notice)


def _day(dossier: Dossier, due: datetime, until: date) -> datetime:
    calendar = clock_for(dossier.agency_id).calendar
    if until <= calendar.local_date(due) or not _is_worked(until, calendar):
        raise NewDateWrong({("until",): [until.isoformat()]}, day=until.isoformat())
    return calendar.end_of(until)


def _is_worked(day: date, calendar: Calendar) -> bool:
    return calendar.is_working_day(day)


def _keep_limit(request: DossierRequest, dossier: Dossier, last: date) -> None:
    """Give the dossier the limit that ends on the day: what is counted later, after a wait or by
    another calendar, is counted from it. The limit of before is kept with the request."""
    legal = clock_for(dossier.agency_id)
    received = dossier.received_at or now()
    stood = [Pause(each.since, each.until) for each in clock.pauses_of([dossier.id])]
    days = _days_until(legal, received, stood, last)
    if days is not None:
        request.what = {**request.what, "limit_before": dossier.time_limit}
        dossier.time_limit = {"amount": str(days), "unit": str(Unit.WORKING_DAY)}


def _days_until(
    legal: LegalClock, received: datetime, stood: list[Pause], last: date
) -> int | None:
    """How many working days from the receipt on end on a day; None where no number does."""
    first = legal.calendar.day_of_receipt(received)
    guess = legal.calendar.working_days_between(first, last + ONE_DAY)
    for days in range(min(guess, _LONGEST), -1, -1):
        due = legal.due_after(received, TimeLimit(Decimal(days), Unit.WORKING_DAY), stood)
        if due is not None and legal.calendar.local_date(due) == last:
            return days
    return None


def _history(request: DossierRequest, dossier: Dossier) -> list[dict[str, str]]:
    """The extensions before, oldest first."""
    made = [
        each
        for each in earlier(dossier.id, RequestKind.EXTENSION)[::-1]
        if each.state is RequestState.GRANTED and each is not request
    ]
    return [
        {
            "at": moment(each.answered_at),
            "text": each.reason,
            OLD_DUE: each.what[OLD_DUE],
            NEW_DUE: each.what[NEW_DUE],
        }
        for each in made
    ]

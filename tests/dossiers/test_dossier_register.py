"""The register of dossiers (form 07): who stands in it, in which order, and how it counts."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from flask import Flask

from accounts.actor import Actor
from commands.sample.dossiers import _actor
from commands.sample.people import first_agency
from core.database import db, transaction
from dossiers.handovers import papers, register
from dossiers.handovers.errors import PeriodWrong, RegisterTooLong
from dossiers.handovers.register import Outcome, Period
from dossiers.models import Dossier, DossierStatus
from workflows.letters.context import REGISTER_ROW

NOVEMBER = Period(date(2026, 11, 1), date(2026, 11, 30))
DUE = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)


@pytest.fixture
def desk(installation: Flask) -> Actor:
    return _actor("motcua")


@pytest.fixture
def received(paid_dossier: Callable[[], Dossier]) -> Callable[..., UUID]:
    def make(at: datetime, **values: object) -> UUID:
        dossier_id = paid_dossier().id
        with transaction() as session:
            found = session.get_one(Dossier, dossier_id)
            found.received_at, found.due_at = at, DUE
            for name, value in values.items():
                setattr(found, name, value)
        return dossier_id

    return make


def at(day: int, hour: int = 3) -> datetime:
    return datetime(2026, 11, day, hour, tzinfo=UTC)


def listed(desk: Actor, period: Period = NOVEMBER, **paging: int) -> list[register.RegisterLine]:
    db.session.expire_all()
    agency = first_agency().id
    return register.lines(agency, period, visible_to=desk, language="vi", **paging)


def test_dossiers_stand_in_the_order_of_reception_with_their_numbers(desk, received):
    later, earlier = received(at(9)), received(at(2))
    assert [(line.number, line.dossier.id) for line in listed(desk)] == [(1, earlier), (2, later)]
    assert [(each.number, each.dossier.id) for each in listed(desk, skip=1, limit=1)] == [
        (2, later)
    ]


def test_a_period_begins_and_ends_at_midnight_of_the_place(desk, received):
    received(datetime(2026, 10, 31, 16, 59, tzinfo=UTC))
    first = received(datetime(2026, 10, 31, 17, 0, tzinfo=UTC))
    last = received(datetime(2026, 11, 30, 16, 59, tzinfo=UTC))
    received(datetime(2026, 11, 30, 17, 0, tzinfo=UTC))
    assert [line.dossier.id for line in listed(desk)] == [first, last]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"finished_at": DUE - timedelta(days=1)}, Outcome.BEFORE),
        ({"finished_at": DUE - timedelta(hours=1)}, Outcome.ON),
        ({"finished_at": DUE + timedelta(seconds=1)}, Outcome.OVER),
        ({"finished_at": DUE, "due_at": None}, Outcome.BEFORE),
        ({"status": DossierStatus.WITHDRAWN}, Outcome.ENDED),
        ({"due_at": datetime(2126, 1, 1, tzinfo=UTC)}, Outcome.OPEN),
        ({"due_at": datetime(2020, 1, 1, tzinfo=UTC)}, Outcome.LATE),
    ],
    ids=["before", "on", "over", "without due date", "withdrawn", "open", "late"],
)
def test_how_a_dossier_came_out(desk, received, values, expected):
    received(at(2), **values)
    (line,) = listed(desk)
    assert line.outcome is expected
    totals = register.totals(first_agency().id, NOVEMBER, visible_to=desk)
    assert (totals.received, totals.outcomes[expected]) == (1, 1)


def test_who_does_not_serve_the_agency_reads_nothing(desk, received):
    received(at(2))
    assert listed(_actor("dongxanh")) == []


def test_the_table_has_every_line_and_no_formula(desk, received):
    received(at(2), organisation_name="=1+1")
    table = register.as_csv(listed(desk)).decode("utf-8-sig").splitlines()
    assert table[0].startswith("number,code,service,procedure_code,owner")
    assert "'=1+1" in table[1]
    assert "2026-11-02T10:00:00+07:00" in table[1]


def test_the_register_is_form_07_and_refuses_too_many_rows(desk, received, monkeypatch):
    received(at(2))
    told = [papers._register_row(line) for line in listed(desk)]
    assert [fault for row in told for fault in REGISTER_ROW.faults(row)] == []
    assert papers.register_pdf(first_agency(), NOVEMBER, visible_to=desk)[:5] == b"%PDF-"
    monkeypatch.setattr(papers, "MOST_IN_PDF", 0)
    with pytest.raises(RegisterTooLong):
        papers.register_pdf(first_agency(), NOVEMBER, visible_to=desk)


@pytest.mark.parametrize(("first", "days"), [(2, -1), (1, 367)], ids=["backwards", "too long"])
def test_a_period_that_cannot_be_is_refused(first: int, days: int):
    begin = date(2026, 11, first)
    with pytest.raises(PeriodWrong):
        Period(begin, begin + timedelta(days=days))

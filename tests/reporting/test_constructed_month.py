"""One constructed month, June 2027, whose figures were computed by hand.

field  id  channel  received  due    end    as          remarks
A      a1  online   1 June    10     9      finished    6 working days, fee paid online, e-result
A      a2  online   2 June    10     10     finished    awaited from 4 to 7 June
A      a3  counter  3 June    10     11     finished    late: staff; fee paid at the desk
A      a4  post     20 May    20     15     finished    carried over, e-result
A      a5  online   28 June   5 July -                  open in time
A      a6  counter  25 May    15     -                  carried over, open and late
A      a7  online   5 June    12     -                  awaited since 8 June
B      b1  online   10 June   14     14     finished    on its day, e-result
B      b2  online   10 June   30     -                  open and late: other body
"""

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
import yaml

import workflows
from dossiers.calendar import Calendar
from dossiers.time_limits import LegalClock, TimeLimit, Unit
from reporting.cases import Case, Period, Wait
from reporting.overdue import Overdue
from reporting.quality import UNKNOWN, Quality, on_time, satisfaction, score, settling_time, share
from reporting.settlement import Settlement
from reporting.workload import Work, Workload
from workflows.vocabulary import DossierStatus

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
JUNE = Period(date(2027, 6, 1), date(2027, 6, 30), ZONE)
PROFILE = Path(workflows.__file__).parent / "profiles" / "vn"
CLOCK = LegalClock(Calendar.from_profile(yaml.safe_load((PROFILE / "calendar.yaml").read_text())))
RULES = yaml.safe_load((PROFILE / "reports.yaml").read_text())
SETTLED = [DossierStatus(each) for each in RULES["counts_as_settled"]]
CAUSES = [each["code"] for each in RULES["causes"]]
SEVEN_DAYS = TimeLimit(Decimal(7), Unit.WORKING_DAY)
BLANK = Case(
    id=UUID(int=0),
    service="one",
    field="A",
    channel="online",
    received_at=datetime(2027, 6, 1, 9, tzinfo=ZONE),
    due_at=None,
    promised_at=None,
    limit=None,
    ended_at=None,
    ended_as=None,
    supplements=(),
    stands=False,
    electronic_result=False,
    fee=0,
    paid_online=False,
    cause="",
)


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2027-{text}").replace(tzinfo=ZONE)


def case(field: str, channel: str, received: str, due: str, end: str = "", **other: Any) -> Case:
    promised = at(f"{due}T17:00")
    found = replace(BLANK, field=field, channel=channel, received_at=at(f"{received}T09:00"))
    ended: dict[str, Any] = {"ended_at": at(end), "ended_as": DossierStatus.FINISHED} if end else {}
    return replace(found, due_at=promised, promised_at=promised, **ended, **other)


AWAITED = (Wait(at("06-04T13:00"), at("06-07T13:00")),)
CASES = [
    case(
        "A",
        "online",
        "06-01",
        "06-10",
        "06-09T09:00",
        limit=SEVEN_DAYS,
        electronic_result=True,
        fee=5,
        paid_online=True,
    ),
    case("A", "online", "06-02", "06-10", "06-10T16:00", limit=SEVEN_DAYS, supplements=AWAITED),
    case("A", "counter", "06-03", "06-10", "06-11T09:00", cause="staff", fee=5),
    case("A", "post", "05-20", "06-20", "06-15T09:00", electronic_result=True),
    case("A", "online", "06-28", "07-05"),
    case("A", "counter", "05-25", "06-15"),
    case(
        "A", "online", "06-05", "06-12", stands=True, supplements=(Wait(at("06-08T09:00"), None),)
    ),
    case("B", "online", "06-10", "06-14", "06-14T10:00", electronic_result=True, service="two"),
    case("B", "online", "06-10", "06-30", cause="other-body", service="two"),
]


def counted(counting: Any, cases: list[Case] = CASES) -> Any:
    for each in cases:
        counting.add(each)
    return counting.table()


def test_settlement_statistics_of_the_month():
    table = counted(Settlement(JUNE, SETTLED))
    assert list(table.columns) == [
        *("field", "received", "online", "offline", "carried"),
        *("settled", "before", "on-day", "late", "open", "in-time", "overdue"),
    ]
    assert table.rows == [
        ["A", 7, 4, 1, 2, 4, 2, 1, 1, 3, 2, 1],
        ["B", 2, 2, 0, 0, 1, 0, 1, 0, 1, 0, 1],
        ["*", 9, 6, 1, 2, 5, 2, 2, 1, 4, 2, 2],
    ]


def test_what_is_received_is_settled_or_in_process():
    _, received, online, offline, carried, settled, *_, opened, _, _ = counted(
        Settlement(JUNE, SETTLED)
    ).rows[-1]
    assert received == online + offline + carried == settled + opened


def test_ends_that_do_not_count_as_settled_leave_the_statistics():
    stopped = replace(CASES[0], ended_as=DossierStatus.WITHDRAWN)
    table = counted(Settlement(JUNE, {DossierStatus.FINISHED}), [stopped, CASES[7]])
    assert [row[:2] for row in table.rows] == [["B", 1], ["*", 1]]


def test_causes_of_overdue_of_the_month():
    table = counted(Overdue(JUNE, CAUSES))
    assert list(table.columns) == ["field", "late", *CAUSES, "not-said"]
    assert table.rows == [
        ["A", 2, 0, 0, 1, 0, 0, 0, 1],
        ["B", 1, 0, 1, 0, 0, 0, 0, 0],
        ["*", 3, 0, 1, 1, 0, 0, 0, 1],
    ]


def test_quality_index_of_the_month():
    services = frozenset({"one", "two", "three", "four"})
    table = counted(Quality(JUNE, CLOCK, services, RULES["full_at"], papers=(8, 8)))
    rows = {row[0]: row[1:] for row in table.rows}
    assert rows["2.1"] == [6, 9, 66.67, "percent", 66.67]
    assert rows["2.2 working-day"] == [None, 2, 5.84, "working-day", None]
    assert rows["3.2"] == [2, 4, 50.0, "percent", 62.5]
    assert rows["3.3"] == [5, 9, 55.56, "percent", 100.0]
    assert rows["3.6"] == [1, 2, 50.0, "percent", 62.5]
    assert rows["4.1"] == [3, 5, 60.0, "percent", 60.0]
    assert rows["4.2"] == [8, 8, 100.0, "percent", 100.0]
    assert rows["5.4"] == [1, 5, 80.0, "percent", 88.89]
    assert all(rows[each] == [None, None, None, "", None] for each in UNKNOWN)
    assert list(table.notes) == ["unknown", "complaints-unknown"]


def test_complaints_and_petitions_of_the_month():
    complained = replace(CASES[0], id=UUID(int=1))
    counting = Quality(
        JUNE, CLOCK, frozenset({"one"}), RULES["full_at"], frozenset({complained.id})
    )
    counting.petitions = (4, 3, 2)
    table = counted(counting, [complained, *CASES[1:]])
    rows = {row[0]: row[1:] for row in table.rows}
    assert rows["5.4"] == [2, 5, 60.0, "percent", 66.67]
    assert rows["5.1"] == [3, 4, 75.0, "percent", 75.0]
    assert rows["5.2"] == [2, 3, 66.67, "percent", 66.67]
    assert list(table.notes) == ["unknown"]


# 2.1, branch by branch


def judged(**other: Any) -> bool | None:
    return on_time(replace(CASES[0], **other), JUNE, CLOCK)


RETURNED = Wait(at("06-03T09:00"), at("06-05T09:00"))
BRANCHES: list[tuple[str, dict[str, Any], bool | None]] = [
    ("ended in time", {}, True),
    ("ended late", {"ended_at": at("06-10T17:01")}, False),
    ("two requests", {"supplements": (RETURNED, RETURNED)}, False),
    (
        "unanswered in time",
        {"supplements": (Wait(at("06-10T09:00"), None),), "ended_at": None},
        True,
    ),
    ("unanswered late", {"supplements": (Wait(at("06-11T09:00"), None),), "ended_at": None}, False),
    ("wait is off", {"supplements": (RETURNED,), "ended_at": at("06-12T17:00")}, True),
    ("wait is not enough", {"supplements": (RETURNED,), "ended_at": at("06-12T17:01")}, False),
    ("open in time", {"ended_at": None, "promised_at": at("07-01T17:00")}, True),
    ("open late", {"ended_at": None}, False),
    ("limit in time", {"promised_at": None, "ended_at": at("06-10T17:00")}, True),
    ("limit late", {"promised_at": None, "ended_at": at("06-10T17:01")}, False),
    ("neither", {"promised_at": None, "limit": None}, None),
    ("ended later than the period", {"ended_at": at("07-09T09:00")}, False),
]


@pytest.mark.parametrize(
    ("changed", "timely"),
    [each[1:] for each in BRANCHES],
    ids=[each[0].replace(" ", "-") for each in BRANCHES],
)
def test_every_branch_of_on_time(changed: dict[str, Any], timely: bool | None):
    assert judged(**changed) is timely


@pytest.mark.parametrize(
    ("unit", "taken"),
    [("hour", "48"), ("working-day", "6"), ("calendar-day", "8"), ("month", "0.2667")],
)
def test_settling_time_in_the_unit_of_the_limit(unit: str, taken: str):
    found = settling_time(CASES[0], Unit(unit), CLOCK.calendar)
    assert found is not None
    assert round(found, 4) == Decimal(taken)


def test_formulas_of_nothing_and_of_thresholds():
    assert share(0, 0) is None
    assert score(None, Decimal(80)) is None
    assert score(Decimal(90), Decimal(80)) == 100
    assert satisfaction(0, 0, 0) is None
    assert satisfaction(1, 10, 2) == 70
    assert satisfaction(8, 10, 5) == 0


def test_workload_of_units_and_people():
    def work(person: str, opened: str, due: str, ended: str = "") -> Work:
        end = at(ended) if ended else None
        return Work("u", person, at(opened), at(due), end)

    counting = Workload(JUNE, CLOCK.calendar)
    for each in (
        work("lan", "06-01T09:00", "06-02T17:00", "06-02T09:00"),  # 8 office hours
        work("lan", "06-03T09:00", "06-03T17:00", "06-04T13:00"),  # 10.5, late
        work("lan", "06-29T09:00", "06-30T17:00"),
        work("mai", "05-30T09:00", "06-30T17:00", "07-01T09:00"),
        work("mai", "05-03T09:00", "05-30T17:00", "05-28T09:00"),
    ):
        counting.add(each)
    units, people = counting.tables()
    assert people.rows == [["lan", 2, 1, 9.25, 1, 1], ["mai", 0, 0, None, 1, 1]]
    assert units.rows == [["u", 2, 1, 9.25, 2, 2]]

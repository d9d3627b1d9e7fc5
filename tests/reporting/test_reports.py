"""Reports of real rows: as of the end of their days, made by jobs, read by whom they concern."""

import io
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

import engine
from accounts.actor import SYSTEM
from accounts.errors import ActionRefused
from accounts.queries import actor
from commands.sample.people import account_of
from core import clock
from core.audit import AuditEvent
from core.database import db, transaction
from dossiers.clock_models import DueCause
from dossiers.errors import DossierNotFound
from reporting import loading, making
from reporting.cases import Case
from reporting.errors import CauseUnknown, DaysWrong, NotLate
from reporting.models import Report, ReportKind
from reporting.operations import ask_for_report, note_cause
from reporting.scheduling import ask_for_what_is_due, last_period
from reporting.tables import Table
from reporting.words import WordedTable
from reporting.writing import as_csv, as_xlsx
from tests.dossiers.test_settled import here
from tests.reporting.conftest import Archive, at
from tests.web.house import House

FIRST, LAST = date(2027, 6, 1), date(2027, 6, 30)
RECEIVED = ("received", "06-01T09:00")


def june() -> list[Case]:
    return list(loading.cases(here(), loading.period_of(FIRST, LAST)).cases)


def test_a_case_is_as_it_was_when_the_period_was_over(archive: Archive):
    archive.dossier("06-10T17:00", RECEIVED, ("finished", "07-02T09:00"))
    [case] = june()
    assert [case.ended_at, case.ended_as, case.stands] == [None, None, False]


def test_a_due_date_moved_later_does_not_change_the_past(archive: Archive):
    late = archive.dossier("06-10T17:00", RECEIVED)
    archive.moved(late, "07-05T09:00", "06-10T17:00", "07-20T17:00", DueCause.CALENDAR)
    [case] = june()
    assert case.due_at == at("06-10T17:00")


def test_the_day_promised_before_the_wait_is_kept_for_the_index(archive: Archive):
    asked, back = ("awaiting-supplement", "06-03T09:00"), ("processing", "06-08T09:00")
    found = archive.dossier("06-10T17:00", RECEIVED, asked, back)
    archive.moved(found, "06-08T09:00", "06-10T17:00", "06-16T17:00", DueCause.RETURNED)
    [case] = june()
    assert [case.due_at, case.promised_at] == [at("06-16T17:00"), at("06-10T17:00")]
    assert [(wait.asked, wait.returned) for wait in case.supplements] == [
        (at("06-03T09:00"), at("06-08T09:00"))
    ]


def test_what_was_asked_at_the_desk_before_reception_is_no_supplement(archive: Archive):
    asked = ("awaiting-supplement", "05-30T09:00")
    archive.dossier("06-10T17:00", asked, ("submitted", "05-31T09:00"), RECEIVED)
    assert [case.supplements for case in june()] == [()]


def test_who_ended_before_the_period_is_not_in_it(archive: Archive):
    early = ("received", "05-03T09:00")
    archive.dossier("05-10T17:00", early, ("finished", "05-09T09:00"), ("delivered", "06-03T09:00"))
    archive.dossier("07-10T17:00", ("received", "07-01T09:00"))
    assert june() == []


def test_a_dossier_that_is_opened_again_has_not_ended(archive: Archive):
    again = ("processing", "06-20T09:00")
    archive.dossier("06-10T17:00", RECEIVED, ("finished", "06-09T09:00"), again)
    assert [case.ended_at for case in june()] == [None]


def test_pages_follow_each_other(archive: Archive, monkeypatch: pytest.MonkeyPatch):
    for _ in range(5):
        archive.dossier("06-10T17:00", RECEIVED)
    monkeypatch.setattr(loading, "PAGE", 2)
    told: list[int] = []
    period = loading.period_of(FIRST, LAST)
    [table] = making.tables(ReportKind.SETTLEMENT, here(), period, told.append)
    assert table.rows[-1][:2] == ["*", 5]
    assert told == [2, 4]


def made(kind: ReportKind = ReportKind.SETTLEMENT, **other: Any) -> UUID:
    with clock.at(at("07-01T09:00")), transaction():
        by = other.get("by", SYSTEM)
        return ask_for_report(kind, here(), FIRST, LAST, by=by).id


def test_a_job_makes_a_report_and_it_is_on_record(archive: Archive):
    archive.dossier("06-10T17:00", RECEIVED, ("finished", "06-09T09:00"))
    report_id = made()
    with clock.at(at("07-01T09:01")):
        engine.run_due_jobs(archive.app)
    db.session.rollback()
    report = db.session.get_one(Report, report_id)
    assert report.made_at is not None
    assert report.done == report.total == 1
    tags = db.session.scalars(
        select(AuditEvent.tag).where(AuditEvent.subject == f"report:{report_id}")
    ).all()
    assert set(tags) == {"reporting:report:asked", "reporting:report:made"}


@pytest.mark.parametrize(
    ("first", "last"),
    [
        (date(2028, 1, 1), date(2028, 1, 31)),
        (date(2027, 2, 1), date(2027, 1, 1)),
        (date(2020, 1, 1), date(2027, 1, 1)),
    ],
    ids=["future", "backwards", "too-long"],
)
def test_days_that_no_report_can_have_are_refused(archive: Archive, first: date, last: date):
    with clock.at(at("07-01T09:00")), pytest.raises(DaysWrong), transaction():
        ask_for_report(ReportKind.QUALITY, here(), first, last, by=SYSTEM)


def test_a_clerk_asks_for_no_report(archive: Archive):
    clerk = actor(f"account:{account_of('motcua').id}")
    assert clerk is not None
    with pytest.raises(ActionRefused):
        made(by=clerk)


def test_the_schedule_asks_once_for_what_is_over(archive: Archive):
    with clock.at(at("07-01T03:00")):
        assert ask_for_what_is_due() == 0
        archive.dossier("06-10T17:00", RECEIVED)
        assert [ask_for_what_is_due(), ask_for_what_is_due()] == [5, 0]
    days = db.session.execute(select(Report.first_day, Report.last_day).distinct()).all()
    assert {tuple(each) for each in days} == {
        (date(2027, 6, 1), date(2027, 6, 30)),
        (date(2027, 4, 1), date(2027, 6, 30)),
    }


@pytest.mark.parametrize(
    ("every", "day", "period"),
    [
        ("month", date(2027, 1, 15), (date(2026, 12, 1), date(2026, 12, 31))),
        ("quarter", date(2027, 6, 30), (date(2027, 1, 1), date(2027, 3, 31))),
        ("year", date(2027, 1, 1), (date(2026, 1, 1), date(2026, 12, 31))),
    ],
    ids=["month", "quarter", "year"],
)
def test_the_last_period_that_is_over(every: str, day: date, period: tuple[date, date]):
    assert last_period(every, day) == period


def test_a_cause_is_noted_of_what_is_late_and_counted(archive: Archive):
    late = archive.dossier("06-10T17:00", RECEIVED, ("finished", "06-11T09:00"))
    clerk = actor(f"account:{account_of('motcua').id}")
    assert clerk is not None
    with transaction():
        note_cause(late, "staff", by=clerk)
    period = loading.period_of(FIRST, LAST)
    [table] = making.tables(ReportKind.OVERDUE, here(), period)
    figures = dict(zip(table.columns, table.rows[-1], strict=True))
    assert [figures["late"], figures["staff"], figures["not-said"]] == [1, 1, 0]


def test_a_cause_of_what_is_in_time_or_unknown_is_refused(archive: Archive):
    timely = archive.dossier("06-10T17:00", RECEIVED, ("finished", "06-09T09:00"))
    with pytest.raises(NotLate), transaction():
        note_cause(timely, "staff", by=SYSTEM)
    with pytest.raises(CauseUnknown), transaction():
        note_cause(timely, "weather", by=SYSTEM)
    applicant = actor(f"account:{account_of('saomai').id}")
    assert applicant is not None
    with pytest.raises(DossierNotFound), transaction():
        note_cause(timely, "staff", by=applicant)


# Files

SLY = WordedTable('=cmd|"/c calc"', ["+A", "B"], [["@lan", 5, None], ["-1", 2.5, "x"]], ["\tnote"])


def test_no_cell_of_a_table_is_a_formula():
    lines = as_csv(["=HYPERLINK(1)"], [SLY]).decode("utf-8-sig").splitlines()
    assert lines == [
        "'=HYPERLINK(1)",
        "",
        '"\'=cmd|""/c calc"""',
        "'+A,B",
        "'@lan,5,",
        "'-1,2.5,x",
        "'\tnote",
    ]


def test_no_cell_of_a_workbook_is_a_formula_and_figures_stay_figures():
    sheet = load_workbook(io.BytesIO(as_xlsx(["=1+1"], [SLY]))).active
    cells = {cell.coordinate: cell for row in sheet.iter_rows() for cell in row}
    assert {cell.data_type for cell in cells.values()} <= {"s", "n", "inlineStr"}
    assert [cells["A1"].value, cells["A4"].value, cells["B4"].value] == ["=1+1", "@lan", 5]


def test_a_kept_table_is_read_as_it_was_made():
    table = Table("settlement", ("field",), [["A"]], ["unknown"])
    assert Table.from_json(table.as_json()) == table


# Pages


@pytest.mark.parametrize("login", ["motcua", "saomai", "vanhanh"])
def test_others_read_no_reports(house: House, login: str):
    assert house.visitor(login).page("/reports/").status_code == 403


@pytest.mark.parametrize(
    ("kind", "told", "line"),
    [
        ("settlement", "Before the due date", "All fields,1,1,0,0,1,1,0,0,0,0,0"),
        ("overdue", "No cause was noted", "All fields,0,0,0,0,0,0,0,0"),
        (
            "quality",
            "2.1 Dossiers settled on time",
            "2.1 Dossiers settled on time,1,1,100.0,percent",
        ),
        ("workload", "Mean office hours", "Unit,Done,Done late,Mean office hours,In process"),
    ],
)
def test_the_page_tells_how_far_it_is_and_then_the_figures(
    house: House, archive: Archive, kind: str, told: str, line: str
):
    archive.dossier("06-10T17:00", RECEIVED, ("finished", "06-09T09:00"))
    asked = {"kind": kind, "agency": str(here()), "first": str(FIRST), "last": str(LAST)}
    with clock.at(at("07-01T09:00")):
        director = house.visitor("lanhdao")
        director.post("/language", change_language="en")
        answer = director.post("/reports/", **asked)
        assert answer.status_code == 303, answer.text
        where = answer.location
        assert "The report is being made" in director.page(where).text
        assert director.page(f"{where}/report.csv").status_code == 409
        db.session.rollback()
        house.work()
        page = director.page(where).text
        assert told in page
        file = director.page(f"{where}/report.csv")
    assert "attachment" in file.headers["Content-Disposition"]
    assert line in file.text


@pytest.mark.parametrize(
    "sent", [{}, {"kind": "settlement", "first": "2027-02-30"}], ids=["x", "y"]
)
def test_a_page_sent_half_filled_is_answered_in_words(house: House, sent: dict[str, str]):
    director = house.visitor("lanhdao")
    director.post("/language", change_language="en")
    answer = director.post("/reports/", **sent)
    assert answer.status_code == 400
    assert "Choose a report, an agency and two days." in answer.text


def test_a_clerk_notes_on_the_page_why_a_dossier_is_late(house: House, archive: Archive):
    archive.dossier("06-10T17:00", RECEIVED, ("finished", "06-11T09:00"))
    reference = f"HS-{june()[0].id.hex[-12:]}"
    clerk = house.visitor("motcua")
    clerk.post("/language", change_language="en")
    page = f"/desk/dossiers/{reference}"
    assert "Late; nobody has noted why." in clerk.page(page).text
    assert clerk.post(f"{page}/lateness", cause="").status_code == 422
    assert clerk.post(f"{page}/lateness", cause="staff").status_code == 303
    assert "Lack of staff" in clerk.page(page).text

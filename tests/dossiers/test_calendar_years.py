"""Calendars of years: drafts hold for nobody until a person decides, and every belief keeps its day."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, select

from accounts.actor import SYSTEM
from accounts.errors import ActionRefused
from accounts.queries import actor
from administration import EVERYWHERE, in_force, operations
from administration.kinds import Change, kinds
from administration.models import ProposalState, SettingProposal, SettingSubject
from administration.reading import forget
from administration.timeline import Ruling
from commands.calendar_draft import calendar_draft
from commands.sample.people import account_of, create_people
from core import clock
from core.clock import today
from core.config import Settings
from core.database import Model, db, transaction
from dossiers.calendar import Calendar, CalendarContradictsItself
from dossiers.calendars.beliefs import believed
from dossiers.calendars.drafts import drafted, drafts_of, make_drafts, settle_drafts
from dossiers.calendars.errors import YearTooFar
from dossiers.calendars.years import Standing, year_of, years_to_confirm
from dossiers.context import jurisdiction
from dossiers.settled import CALENDAR_DAY, clock_for
from forms import AnswersInvalid
from tests.dossiers.test_settled import here, settle
from wsgi import create_app

NEW_YEAR = date(2028, 1, 24)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """One house for all tests of this file: only settings are made here."""
    folder = tmp_path_factory.mktemp("calendars")
    app = create_app(Settings(data_directory=folder, embedded_workers=0))
    with app.app_context():
        Model.metadata.create_all(db.engine)
        with transaction():
            create_people()
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def installation(shared: Flask) -> Iterator[Flask]:
    """Without any decision; what a test settles goes afterwards."""
    yield shared
    with transaction() as session:
        session.execute(delete(SettingProposal))
        session.execute(delete(SettingSubject))
    forget(CALENDAR_DAY)


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+07:00")


def drafts(year: int = 2028) -> int:
    with transaction():
        return make_drafts(year, by=SYSTEM)


def day(text: str, sort: str, **other: Any) -> dict[str, Any]:
    return {"day": text, "sort": sort, "name": "Quyết định 1", **other}


def test_a_draft_names_its_source_and_holds_for_nobody(installation: Flask):
    assert drafts() > 8
    assert clock_for(EVERYWHERE).calendar.is_working_day(NEW_YEAR)
    assert in_force(CALENDAR_DAY) == {}
    assert {each.value["source"].split()[0] for each in drafted(2028) if each.value} == {
        "python-holidays"
    }


def test_a_draft_is_made_once_and_not_for_days_that_rest_anyway(installation: Flask):
    drafts()
    assert drafts() == 0
    assert {each.value["day"] for each in drafted(2028) if each.value}.isdisjoint(
        {"2028-01-01", "2028-01-29"}
    )


def test_a_person_lets_chosen_drafts_hold_and_refuses_others(installation: Flask):
    drafts()
    administrator = actor(f"account:{account_of('quantri').id}")
    assert administrator is not None
    first, second, *rest = drafted(2028)
    assert first.value is not None
    with transaction():
        assert settle_drafts([first.id], hold=True, by=administrator) == 1
        settle_drafts([second.id], hold=False, by=administrator, note="Không có văn bản")
    assert list(in_force(CALENDAR_DAY)) == [first.value["day"]]
    assert len(drafted(2028)) == len(rest)
    assert drafts() == 0


def test_who_may_not_settle_makes_no_drafts(installation: Flask):
    clerk = actor(f"account:{account_of('motcua').id}")
    assert clerk is not None
    with pytest.raises(ActionRefused), transaction():
        make_drafts(2028, by=clerk)


def test_an_official_day_takes_the_place_of_its_draft(installation: Flask):
    drafts()
    settle(CALENDAR_DAY, **day(str(NEW_YEAR), "rest", source="Công văn 1", certainty="official"))
    db.session.rollback()
    overtaken = db.session.scalars(
        select(SettingProposal).where(SettingProposal.state == ProposalState.WITHDRAWN)
    ).one()
    assert overtaken.value is not None
    assert overtaken.value["day"] == str(NEW_YEAR)
    assert in_force(CALENDAR_DAY)[str(NEW_YEAR)]["source"] == "Công văn 1"


def test_days_that_the_profile_knows_are_not_drafted(installation: Flask):
    assert drafts_of(2027) == []


@pytest.mark.parametrize("year", [2020, 2060])
def test_a_year_that_is_over_or_far_away_is_refused_in_words(installation: Flask, year: int):
    with pytest.raises(YearTooFar):
        drafts_of(year)


def test_the_command_tells_and_proposes(installation: Flask):
    runner = installation.test_cli_runner()
    told = runner.invoke(calendar_draft, ["2028", "--dry-run"])
    assert told.exit_code == 0, told.output
    assert "Mon 2028-01-24" in told.output
    assert drafted(2028) == []
    assert "days are proposed" in runner.invoke(calendar_draft, ["2028"]).output


def test_administrators_are_warned_before_a_year_that_nobody_confirmed(installation: Flask):
    with clock.stopped_at(at("2026-09-30T09:00")):
        assert [each.year for each in years_to_confirm()] == [2026]
    with clock.stopped_at(at("2027-10-01T09:00")):
        found = years_to_confirm()
    assert [(each.year, each.standing) for each in found] == [
        (2027, Standing.UNCONFIRMED),
        (2028, Standing.MISSING),
    ]


def test_a_year_is_confirmed_once_every_day_has_an_official_source(installation: Flask):
    for each in year_of(2027).days:
        settle(
            CALENDAR_DAY,
            **day(str(each.day), "rest", source="Thông báo 2027", certainty="official"),
        )
    assert year_of(2027).standing is Standing.CONFIRMED


# What cannot be meant


def test_a_make_up_day_that_is_a_working_day_is_refused_in_words(installation: Flask):
    with pytest.raises(AnswersInvalid) as refused:
        settle(CALENDAR_DAY, **day("2027-06-08", "work"))
    assert "working day already" in str(refused.value.fields)


def test_a_holiday_may_be_made_a_working_day_and_the_same_decision_be_renewed(installation: Flask):
    settle(CALENDAR_DAY, **day("2027-11-24", "work"))
    settle(CALENDAR_DAY, **day("2027-11-24", "work", source="Công văn 2"))
    assert clock_for(EVERYWHERE).calendar.is_working_day(date(2027, 11, 24))


@pytest.mark.parametrize("text", ["2027-02-30", "2027-13-01", "mai"])
def test_an_impossible_day_is_refused_in_words(installation: Flask, text: str):
    with pytest.raises(AnswersInvalid) as refused:
        settle(CALENDAR_DAY, **day(text, "rest"))
    assert ("day",) in refused.value.fields


def remarks(agency_id: Any, value: dict[str, Any]) -> list[str]:
    kind = kinds().kind(CALENDAR_DAY)
    before = in_force(CALENDAR_DAY, agency_id).get(value["day"]) or kind.default(value["day"])
    change = Change(agency_id, value["day"], before, Ruling(value, today()))
    return [effect.message % effect.params for effect in kind.effects(change)]


@pytest.mark.parametrize(
    ("value", "remark"),
    [
        (day("2027-11-24", "work"), "That no longer holds."),
        (day("2027-06-05", "rest"), "Nobody works on this day of the week anyway."),
        (day("2027-06-08", "rest", certainty="draft"), "It rests on a draft"),
    ],
    ids=["replaces", "weekend", "draft"],
)
def test_a_proposer_reads_what_he_may_have_overlooked(
    installation: Flask, value: dict[str, Any], remark: str
):
    assert any(remark in each for each in remarks(EVERYWHERE, value))


def test_an_agency_that_rests_while_all_make_up_reads_so(installation: Flask):
    settle(CALENDAR_DAY, **day("2027-06-12", "work"))
    assert any("All agencies" in each for each in remarks(here(), day("2027-06-12", "rest")))


@pytest.mark.parametrize(
    ("rest", "work", "fault"),
    [
        ([date(2027, 6, 12)], [date(2027, 6, 12)], "both a holiday and a make-up workday"),
        ([], [date(2027, 6, 8)], "is a working day"),
        ([date(2027, 6, 8)] * 2, [], "named twice"),
        (["2027-02-30"], [], "is no day of the calendar"),
    ],
    ids=["both", "working", "twice", "impossible"],
)
def test_a_profile_whose_days_contradict_each_other_is_refused_in_words(
    installation: Flask, rest: list[Any], work: list[Any], fault: str
):
    data = {
        **jurisdiction().profile.calendar,
        "holidays": [{"date": each} for each in rest],
        "make_up_workdays": [{"date": each} for each in work],
    }
    with pytest.raises(CalendarContradictsItself, match=fault):
        Calendar.from_profile(data)


# What was believed


def test_what_was_believed_changes_with_the_decision_and_not_before(installation: Flask):
    about = date(2027, 6, 8)
    with clock.stopped_at(at("2027-05-10T09:00")):
        settle(CALENDAR_DAY, **day("2027-06-08", "rest", source="Công văn 3"))
    then = believed(about, on=date(2027, 5, 9))
    later = believed(about, on=date(2027, 5, 10))
    assert [then.works, then.sort, later.works, later.source] == [True, None, False, "Công văn 3"]


def test_an_agencys_own_belief_stands_before_that_of_all(installation: Flask):
    about = date(2027, 6, 12)
    with clock.stopped_at(at("2027-05-10T09:00")):
        settle(CALENDAR_DAY, **day(str(about), "work"))
        settle(CALENDAR_DAY, here(), **day(str(about), "half"))
    assert believed(about, on=date(2027, 6, 1)).sort == "work"
    assert believed(about, on=date(2027, 6, 1), agency_id=here()).sort == "half"


def test_a_decision_that_was_ended_is_still_what_was_believed_before(installation: Flask):
    about = date(2027, 6, 8)
    with clock.stopped_at(at("2027-05-10T09:00")):
        settle(CALENDAR_DAY, **day(str(about), "rest"))
    with clock.stopped_at(at("2027-05-20T09:00")), transaction():
        operations.propose_end(
            CALENDAR_DAY, str(about), valid_from=today(), reason="Hủy", by=replace(SYSTEM, id="b")
        )
    beliefs = [believed(about, on=date(2027, 5, each)).works for each in (9, 15, 20)]
    assert beliefs == [True, False, True]


def test_a_swap_was_unknown_before_it_was_published(installation: Flask):
    about = date(2026, 1, 2)
    assert believed(about, on=date(2025, 12, 24)).works
    assert not believed(about, on=date(2025, 12, 25)).works

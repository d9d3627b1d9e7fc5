"""Units and staff: tried, made, shut until a second person releases them, taken back if untouched."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from accounts import links
from accounts import queries as accounts
from accounts.actor import Actor, Role
from accounts.errors import ActionRefused
from accounts.models import Account, RoleGrant, Unit
from accounts.notices import Mail
from accounts.runtime import runtime
from commands.sample.people import account_of, first_agency
from core.audit import AuditEvent
from core.database import db, transaction
from importing import operations
from importing.errors import (
    ImportNotThere,
    MappingIncomplete,
    NothingToImport,
    SecondPersonReleases,
)
from importing.mapping import Mapping
from importing.models import ImportRun, ImportState
from tests.importing.conftest import actor, again, columns, csv_file, faults, states

UNITS = csv_file(
    ("Mã cơ quan", "Mã phòng", "Tên phòng", "Mã cấp trên"),
    ("H26.16", "NV", "Phòng Nghiệp vụ", ""),
    ("H26.16", "NV1", "Tổ 1", "NV"),
)
STAFF = csv_file(
    ("Tài khoản", "Họ và tên", "Email", "Cơ quan", "Vai trò", "Hàng đợi"),
    ("Hoa", "Lê Hoa", "hoa@example.vn", "Sở Y tế HN", "officer", "device-officer"),
    ("nam", "Lý Nam", "", "H26.16", "desk-clerk; director", ""),
)
AS_SUGGESTED = {
    "login": "Tài khoản",
    "name": "Họ và tên",
    "email": "Email",
    "agency": "Cơ quan",
    "roles": "Vai trò",
    "queue": "Hàng đợi",
}
STAFF_MAPPING = Mapping(AS_SUGGESTED, {"agency": {"Sở Y tế HN": "H26.16"}})
Uploaded = Callable[..., ImportRun]
Moved = Callable[[ImportRun], ImportRun]


def test_columns_are_suggested_by_their_names_in_either_language(administrator: Actor):
    with transaction():
        vietnamese = operations.upload(STAFF, "f", "staff", by=administrator)
        english = csv_file(("Username", "Full name", "E-MAIL", "Role"), ("a", "b", "", ""))
        other = operations.upload(english, "f", "staff", by=administrator)
    assert vietnamese.mapping["columns"] == AS_SUGGESTED
    assert set(other.mapping["columns"]) == {"login", "name", "email", "roles"}


def test_the_dry_run_tells_every_fault_and_changes_nothing(checked: Uploaded):
    before = db.session.query(Account).count()
    rows = csv_file(
        ("login", "name", "email", "agency", "unit", "roles", "service"),
        ("motcua", "Trùng", "", "", "", "", ""),
        ("moi", "", "no address", "H99", "", "", ""),
        ("moi", "Hai", "", "H26.16", "K0", "king", "none"),
        ("a b", "Ba", "", "", "", "", ""),
        ("tot", "Tốt", "", "", "", "", ""),
    )
    run = checked(rows, "staff")
    assert faults(run) == [
        (1, "login", "taken"),
        (2, "name", "missing"),
        (2, "email", "email"),
        (2, "agency", "agency-unknown"),
        (3, "login", "twice"),
        (3, "unit", "unit-unknown"),
        (3, "roles", "role-unknown"),
        (3, "service", "service-unknown"),
        (4, "login", "login"),
    ]
    assert states(run) == {"faulty": 4, "waiting": 1}
    assert db.session.query(Account).count() == before


def test_a_needed_field_without_a_column_is_named(checked: Uploaded):
    with pytest.raises(MappingIncomplete) as refused:
        checked(STAFF, "staff", columns(["login"]))
    assert list(refused.value.fields) == [("columns", "login"), ("columns", "name")]


def test_units_stand_below_those_of_earlier_rows(imported: Uploaded):
    run = imported(UNITS, "units")
    assert run.state is ImportState.IMPORTED
    units = {each.code: each for each in db.session.scalars(select(Unit))}
    assert units["NV1"].parent_id == units["NV"].id
    assert units["NV"].names == {"vi": "Phòng Nghiệp vụ"}


def test_staff_cannot_sign_in_before_a_second_person_releases_it(
    imported: Uploaded, released: Moved, administrator: Actor
):
    run = imported(STAFF, "staff", STAFF_MAPPING)
    hoa = account_of("hoa")
    assert not hoa.active
    assert accounts.actor(f"account:{hoa.id}") is None
    with pytest.raises(SecondPersonReleases), transaction():
        operations.release(run.id, by=administrator)

    assert released(run).state is ImportState.RELEASED
    found = actor("hoa")
    assert {(each.role, each.agency_id, each.works) for each in found.grants} == {
        (Role.OFFICER, first_agency().id, "device-officer")
    }
    assert {each.role for each in actor("nam").grants} == {Role.DESK_CLERK, Role.DIRECTOR}


def test_whoever_is_released_gets_a_link_for_a_first_password(imported: Uploaded, released: Moved):
    sent: list[Mail] = []
    runtime().post = sent.append
    run = imported(STAFF, "staff", STAFF_MAPPING)
    assert sent == []
    released(run)
    assert [mail.to for mail in sent] == ["hoa@example.vn"]
    secret = next(word for word in sent[0].text.split() if "/invitation/" in word).rpartition("/")[
        2
    ]
    with transaction():
        links.recover(secret, "năm con chó đen", links.Purpose.INVITATION)
    found = accounts.account_by_login("hoa")
    assert found is not None
    assert found.password_hash


def test_what_is_released_is_final(imported: Uploaded, released: Moved, administrator: Actor):
    run = released(imported(UNITS, "units"))
    with pytest.raises(ImportNotThere), transaction():
        operations.take_back(run.id, reason="x", by=administrator)


def test_taking_back_removes_exactly_what_was_made(
    each_database: str, imported: Uploaded, taken_back: Moved
):
    units, staff = imported(UNITS, "units"), imported(STAFF, "staff", STAFF_MAPPING)
    assert taken_back(units).state is ImportState.TAKEN_BACK
    assert db.session.scalars(select(Unit)).all() == []
    taken_back(staff)
    assert db.session.query(Account).filter_by(login="hoa").count() == 0
    roles = db.session.scalars(select(RoleGrant).where(RoleGrant.valid_until.is_not(None))).all()
    assert len(roles) == 3


def test_what_was_taken_back_may_be_imported_again(imported: Uploaded, taken_back: Moved):
    taken_back(imported(STAFF, "staff", STAFF_MAPPING))
    assert states(imported(STAFF, "staff", STAFF_MAPPING)) == {"made": 2}


def test_rows_that_were_touched_since_stay_and_say_why(
    each_database: str, imported: Uploaded, taken_back: Moved
):
    run = imported(UNITS, "units")
    with transaction():
        unit = db.session.scalars(select(Unit).where(Unit.code == "NV1")).one()
        unit.names = {"vi": "Tổ một"}
    run = taken_back(run)
    assert run.state is ImportState.IMPORTED
    assert faults(run) == [(1, "", "import-row-touched"), (2, "", "import-row-touched")]


def test_the_same_file_is_imported_once(
    imported: Uploaded, checked: Uploaded, administrator: Actor
):
    imported(UNITS, "units")
    run = checked(UNITS, "units")
    assert {code for _, _, code in faults(run)} == {"imported"}
    with pytest.raises(NothingToImport), transaction():
        operations.start(run.id, by=administrator)


def test_a_key_of_the_older_system_is_imported_once_whatever_else_changed(
    imported: Uploaded, checked: Uploaded
):
    header = ("legacy_key", "login", "name")
    imported(csv_file(header, ("7", "hoa", "Hoa")), "staff")
    run = checked(
        csv_file(header, ("7", "hoa2", "Hoa"), ("8", "nam", "Nam"), ("8", "mai", "M")), "staff"
    )
    assert faults(run) == [(1, "", "imported"), (3, "legacy_key", "twice")]


def test_a_row_that_became_wrong_after_the_dry_run_fails_alone(
    checked: Uploaded, administrator: Actor, installation
):
    import engine

    run = checked(STAFF, "staff", STAFF_MAPPING)
    with transaction():
        account_of("motcua").login = "hoa"
        operations.start(run.id, by=administrator)
    engine.run_due_jobs(installation)
    assert states(again(run)) == {"failed": 1, "made": 1}
    assert faults(run) == [(1, "login", "taken")]


def test_each_row_is_on_record_with_its_import(imported: Uploaded):
    run = imported(UNITS, "units")
    events = db.session.scalars(
        select(AuditEvent).where(
            AuditEvent.chain_id == run.id, AuditEvent.tag == "importing:row:made"
        )
    ).all()
    assert [(each.details or {})["row"] for each in events] == [1, 2]
    assert {each.subject for each in events} == {f"import:{run.id}"}


def test_only_administrators_of_the_whole_authority_import(installation):
    for login in ("motcua", "vanhanh", "kiemtoan", "saomai"):
        with pytest.raises(ActionRefused), transaction():
            operations.upload(UNITS, "f", "units", by=actor(login))


def test_a_mapping_is_kept_under_a_name(administrator: Actor):
    from importing import queries

    with transaction():
        operations.keep_mapping("staff", "HR", Mapping(dates="iso"), by=administrator)
        operations.keep_mapping("staff", "HR", STAFF_MAPPING, by=administrator)
    assert queries.find_mapping("staff", "HR", visible_to=administrator) == STAFF_MAPPING

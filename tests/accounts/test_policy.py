"""The policy table answers the same in SQL and in Python, and refuses what it does not name."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import (
    Column,
    Connection,
    DateTime,
    Engine,
    MetaData,
    String,
    Table,
    Uuid,
    create_engine,
    insert,
    select,
)

from accounts import policy
from accounts.actor import (
    ANONYMOUS,
    GRANTABLE_ROLES,
    SYSTEM,
    Actor,
    Grant,
    HeldMandate,
    Kind,
    MandateScope,
    OrganisationRole,
    Role,
)
from accounts.errors import ActionRefused, NotSignedIn
from accounts.policy import Action, Scope

IDS = [UUID(int=number) for number in (1, 2, 3)]
NUMBERS = ["0100000001", "0100000002"]
ACTOR_IDS = ["account:1", "account:2", "client:portal"]
KINDS, NAMES = ["scan", "print"], ["paid", "scanned"]
QUEUES, SERVICES = ["device-officer", "licences"], ["device-declaration-b", "pharmacy"]
SUBMITTED_AT = datetime(2026, 11, 2, tzinfo=UTC)

METADATA = MetaData()
SUBJECTS = Table(
    "subjects",
    METADATA,
    Column("owner_id", Uuid),
    Column("acting_for", String),
    Column("mandate_id", Uuid),
    Column("agency_id", Uuid),
    Column("unit_id", Uuid),
    Column("service_key", String),
    Column("submitted_at", DateTime),
    Column("queue", String),
    Column("holder", String),
    Column("job_kind", String),
    Column("message_name", String),
)

grants = st.builds(
    Grant,
    role=st.sampled_from(sorted(GRANTABLE_ROLES)),
    agency_id=st.none() | st.sampled_from(IDS),
    units=st.none() | st.frozensets(st.sampled_from(IDS), min_size=1),
    service=st.none() | st.sampled_from(SERVICES),
    queue=st.none() | st.sampled_from(QUEUES),
)
actors = st.builds(
    Actor,
    id=st.sampled_from(ACTOR_IDS),
    kind=st.sampled_from(Kind),
    name=st.just("Somebody"),
    account_id=st.none() | st.sampled_from(IDS),
    grants=st.frozensets(grants, max_size=4),
    memberships=st.frozensets(
        st.tuples(st.sampled_from(OrganisationRole), st.sampled_from(NUMBERS)), max_size=3
    ),
    mandates=st.frozensets(
        st.builds(
            HeldMandate,
            id=st.sampled_from(IDS),
            scopes=st.frozensets(st.sampled_from(MandateScope), min_size=1),
        ),
        max_size=2,
    ),
    job_kinds=st.frozensets(st.sampled_from(KINDS)),
    message_names=st.frozensets(st.sampled_from(NAMES)),
    scopes=st.none() | st.frozensets(st.sampled_from(Action)),
)
subjects = st.builds(
    Scope,
    owner_id=st.none() | st.sampled_from(IDS),
    acting_for=st.none() | st.sampled_from(["", *NUMBERS]),
    mandate_id=st.none() | st.sampled_from(IDS),
    agency_id=st.none() | st.sampled_from(IDS),
    unit_id=st.none() | st.sampled_from(IDS),
    service_key=st.none() | st.sampled_from(SERVICES),
    submitted_at=st.none() | st.just(SUBMITTED_AT),
    queue=st.none() | st.sampled_from([*QUEUES, *(str(role) for role in Role)]),
    holder=st.none() | st.sampled_from(ACTOR_IDS),
    job_kind=st.none() | st.sampled_from(KINDS),
    message_name=st.none() | st.sampled_from(NAMES),
)

CITIZEN = Actor(
    id="account:1",
    kind=Kind.CITIZEN,
    name="An",
    account_id=IDS[0],
    memberships=frozenset({(OrganisationRole.REPRESENTATIVE, NUMBERS[0])}),
)
OFFICER = Actor(
    id="account:2",
    kind=Kind.STAFF,
    name="Bình",
    account_id=IDS[1],
    grants=frozenset({Grant(Role.OFFICER, IDS[0], queue="device-officer")}),
)


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    engine = create_engine("sqlite://")
    METADATA.create_all(engine)
    yield engine
    engine.dispose()


def _found(connection: Connection, actor: Actor, action: Action) -> bool:
    query = select(SUBJECTS.c.queue).where(policy.clause(actor, action, SUBJECTS.c))
    return connection.execute(query).first() is not None


@settings(max_examples=150, deadline=None)
@given(actor=actors, subject=subjects)
def test_a_list_shows_exactly_what_the_detail_allows(engine: Engine, actor: Actor, subject: Scope):
    with engine.connect() as connection:
        connection.execute(insert(SUBJECTS).values(**vars(subject)))
        for action in Action:
            assert _found(connection, actor, action) == policy.allows(actor, action, subject)
        connection.rollback()


@given(actor=actors, subject=subjects)
def test_nothing_is_allowed_that_could_never_be(actor: Actor, subject: Scope):
    for action in Action:
        assert policy.may_ever(actor, action) or not policy.allows(actor, action, subject)


@given(actor=actors, subject=subjects)
def test_a_token_never_widens_what_its_owner_may_do(actor: Actor, subject: Scope):
    unlimited = replace(actor, scopes=None)
    for action in Action:
        assert policy.allows(unlimited, action, subject) or not policy.allows(
            actor, action, subject
        )


def test_an_applicant_sees_the_own_dossier_and_that_of_the_own_organisation_only():
    assert policy.allows(CITIZEN, Action.DOSSIER_VIEW, Scope(owner_id=IDS[0], acting_for=""))
    assert policy.allows(CITIZEN, Action.DOSSIER_VIEW, Scope(acting_for=NUMBERS[0]))
    foreign = Scope(owner_id=IDS[1], acting_for=NUMBERS[1])
    assert not policy.allows(CITIZEN, Action.DOSSIER_VIEW, foreign)


def test_who_no_longer_represents_an_organisation_leaves_its_dossiers_behind():
    left = Scope(owner_id=IDS[0], acting_for=NUMBERS[1])
    assert not policy.allows(CITIZEN, Action.DOSSIER_VIEW, left)
    assert policy.allows(
        replace(
            CITIZEN, memberships=frozenset((OrganisationRole.READER, each) for each in NUMBERS)
        ),
        Action.DOSSIER_VIEW,
        left,
    )


def test_staff_sees_a_dossier_of_the_own_agency_once_it_is_submitted():
    draft = Scope(owner_id=IDS[2], agency_id=IDS[0])
    assert not policy.allows(OFFICER, Action.DOSSIER_VIEW, draft)
    assert policy.allows(OFFICER, Action.DOSSIER_VIEW, replace(draft, submitted_at=SUBMITTED_AT))
    elsewhere = replace(draft, agency_id=IDS[1], submitted_at=SUBMITTED_AT)
    assert not policy.allows(OFFICER, Action.DOSSIER_VIEW, elsewhere)


def test_a_role_without_agency_holds_in_every_agency():
    auditor = replace(OFFICER, grants=frozenset({Grant(Role.AUDITOR)}))
    subject = Scope(agency_id=IDS[2], submitted_at=SUBMITTED_AT)
    assert policy.allows(auditor, Action.DOSSIER_VIEW, subject)
    assert not policy.allows(auditor, Action.DOSSIER_EDIT, subject)


UNITS = frozenset({IDS[1]})


@pytest.mark.parametrize(
    ("narrowing", "reached", "missed"),
    [
        ({"units": UNITS}, {"unit_id": IDS[1]}, {"unit_id": IDS[2]}),
        ({"units": UNITS}, {"unit_id": IDS[1]}, {"unit_id": None}),
        ({"service": "pharmacy"}, {"service_key": "pharmacy"}, {"service_key": "import"}),
    ],
    ids=["another unit", "no unit yet", "another service"],
)
def test_a_narrowed_grant_reaches_its_own_part_only(
    narrowing: dict[str, Any], reached: dict[str, Any], missed: dict[str, Any]
):
    (grant,) = OFFICER.grants
    narrowed = replace(OFFICER, grants=frozenset({replace(grant, **narrowing)}))
    subject = Scope(agency_id=IDS[0], submitted_at=SUBMITTED_AT)
    for actor, of in ((OFFICER, reached), (OFFICER, missed), (narrowed, reached)):
        assert policy.allows(actor, Action.DOSSIER_VIEW, replace(subject, **of))
    assert not policy.allows(narrowed, Action.DOSSIER_VIEW, replace(subject, **missed))


def test_two_grants_do_not_add_up_to_a_third():
    here, there = Grant(Role.OFFICER, IDS[0], queue="a"), Grant(Role.OFFICER, IDS[1], queue="b")
    both = replace(OFFICER, grants=frozenset({here, there}))
    assert policy.allows(both, Action.TASK_CLAIM, Scope(agency_id=IDS[0], queue="a"))
    assert not policy.allows(both, Action.TASK_CLAIM, Scope(agency_id=IDS[0], queue="b"))


def test_a_narrowed_grant_gives_no_deed_that_concerns_the_whole_house():
    narrowed = replace(OFFICER, grants=frozenset({Grant(Role.OPERATOR, service="pharmacy")}))
    assert not policy.may_ever(narrowed, Action.INSTANCE_MIGRATE)
    assert policy.may_ever(narrowed, Action.TASK_REASSIGN)


def test_only_the_holder_completes_a_task():
    task = Scope(agency_id=IDS[0], queue="device-officer")
    assert policy.allows(OFFICER, Action.TASK_CLAIM, task)
    assert not policy.allows(OFFICER, Action.TASK_COMPLETE, task)
    assert not policy.allows(OFFICER, Action.TASK_COMPLETE, replace(task, holder="account:3"))
    assert policy.allows(OFFICER, Action.TASK_COMPLETE, replace(task, holder=OFFICER.id))


def test_a_task_of_another_queue_cannot_be_claimed():
    assert not policy.allows(OFFICER, Action.TASK_CLAIM, Scope(agency_id=IDS[0], queue="director"))


def test_the_portal_reads_nothing_but_statuses_of_what_was_submitted():
    portal = Actor(
        id="client:portal",
        kind=Kind.CLIENT,
        name="National portal",
        grants=frozenset({Grant(Role.PORTAL)}),
        scopes=frozenset({Action.PORTAL_READ}),
    )
    assert policy.allows(portal, Action.PORTAL_READ, Scope(submitted_at=SUBMITTED_AT))
    assert not policy.allows(portal, Action.PORTAL_READ, Scope())
    assert not policy.allows(portal, Action.DOSSIER_VIEW, Scope(submitted_at=SUBMITTED_AT))


def test_a_program_works_and_publishes_only_what_it_was_registered_for():
    program = Actor(
        id="client:scanner",
        kind=Kind.CLIENT,
        name="Scanner",
        grants=frozenset({Grant(Role.INTEGRATION)}),
        job_kinds=frozenset({"scan"}),
        message_names=frozenset({"scanned"}),
    )
    assert policy.allows(program, Action.EXTERNAL_JOB_WORK, Scope(job_kind="scan"))
    assert not policy.allows(program, Action.EXTERNAL_JOB_WORK, Scope(job_kind="print"))
    assert policy.allows(program, Action.MESSAGE_PUBLISH, Scope(message_name="scanned"))
    assert not policy.allows(program, Action.MESSAGE_PUBLISH, Scope(message_name="paid"))


def test_a_narrow_token_still_opens_what_is_open_to_everyone():
    bearer = replace(CITIZEN, scopes=frozenset({Action.DOSSIER_VIEW}))
    assert policy.allows(bearer, Action.SERVICE_VIEW)
    assert policy.allows(bearer, Action.REGISTER_VIEW_PUBLIC)
    assert policy.scopes_of(bearer) == {Action.DOSSIER_VIEW}


def test_a_refusal_says_whether_to_sign_in_or_to_ask_somebody_else():
    with pytest.raises(NotSignedIn):
        policy.require(ANONYMOUS, Action.DOSSIER_DRAFT)
    with pytest.raises(ActionRefused):
        policy.require(OFFICER, Action.DOSSIER_DRAFT)
    with pytest.raises(ActionRefused):
        policy.require_ever(CITIZEN, Action.JOB_VIEW)
    policy.require(CITIZEN, Action.DOSSIER_DRAFT)


def test_everyone_sees_services_and_the_public_register_and_may_petition():
    everyone = {Action.SERVICE_VIEW, Action.REGISTER_VIEW_PUBLIC, Action.PETITION_SEND}
    assert policy.scopes_of(ANONYMOUS) == everyone


def test_the_system_may_do_everything():
    assert policy.scopes_of(SYSTEM) == frozenset(Action)
    assert policy.allows(SYSTEM, Action.DOSSIER_VIEW, Scope())

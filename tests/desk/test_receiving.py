"""A clerk enters what somebody brings: both identities, papers seen, code and receipt at once."""

import pytest
from flask import Flask
from sqlalchemy import select

from accounts import queries as people
from accounts.actor import Actor, Kind
from accounts.errors import ActionRefused
from accounts.identities import ProvenIdentity, prove
from commands.sample.application import SAO_MAI
from core.database import db, transaction
from dossiers import operations, queries
from dossiers.desk.errors import (
    ChannelClosed,
    NotTracked,
    PersonIncomplete,
    ReceiverKeptAway,
    TakenInElsewhere,
)
from dossiers.desk.models import DeskReception, PaperComponent
from dossiers.desk.operations import Papers, Person, Sheets
from dossiers.desk.queries import find_reception, receptions
from dossiers.desk.tracking import track
from dossiers.errors import (
    DocumentsMissing,
    DocumentTypeUnknown,
    DossierNotEditable,
    DossierNotFound,
)
from dossiers.fees.payments import take_at_desk
from dossiers.operations.legacy import NOBODY
from engine import run_due_jobs
from tests.desk.steps import (
    OWNER,
    SUBMITTER,
    accept,
    elsewhere,
    enter,
    everything,
    fresh,
    offer,
    scan,
    taken_in,
    write_down,
)
from tests.fees.steps import CLERK, actor, orders

HERE = "10.0.0.1"


def test_owner_and_submitter_are_both_kept_with_what_relates_them(installation: Flask):
    dossier = taken_in()
    kept = db.session.get_one(DeskReception, dossier.id)
    assert (kept.owner["name"], kept.submitter["name"]) == (OWNER.name, SUBMITTER.name)
    assert (str(kept.standing), kept.standing_paper[:13]) == ("mandate", "Giấy ủy quyền")
    assert (dossier.channel, dossier.owner_id) == ("counter", NOBODY)
    assert dossier.submitted_by == kept.accepted_by == actor(CLERK).id


def test_taking_in_gives_code_due_date_and_receipt_at_once(installation: Flask):
    entered = enter()
    assert (entered.code, entered.reference[:3]) == (None, "HS-")
    write_down(entered)
    dossier = accept(entered)
    assert dossier.code is not None
    assert dossier.code.startswith("H26.16-")
    assert dossier.received_at is not None
    assert dossier.due_at is not None
    code, received = dossier.code, dossier.received_at
    run_due_jobs(installation)
    assert "receipt" in {each.document_type for each in queries.documents(fresh(dossier))}
    with transaction():
        take_at_desk(
            orders(dossier)[0].id, way="cash", amount=orders(dossier)[0].amount, by=actor(CLERK)
        )
    run_due_jobs(installation)
    dossier = fresh(dossier)
    assert (dossier.code, dossier.received_at) == (code, received)


def test_a_service_may_leave_reception_to_its_process(installation: Flask):
    offer("{receives: false}")
    dossier = taken_in()
    assert (dossier.code, dossier.received_at) == (None, None)


def test_papers_count_as_brought_or_as_scanned(installation: Flask):
    dossier = enter()
    kinds = list(everything().by_kind)
    write_down(dossier, Papers({kind: Sheets(0, 1) for kind in kinds[1:]}))
    with pytest.raises(DocumentsMissing) as caught:
        accept(dossier)
    assert list(caught.value.fields) == [("documents", kinds[0])]
    scan(dossier, kinds[0])
    accept(dossier)
    (scanned,) = [each for each in queries.documents(dossier) if each.document_type == kinds[0]]
    assert scanned.added_by == actor(CLERK).id
    kept = db.session.scalars(select(PaperComponent).where(PaperComponent.copies == 1)).all()
    assert len(kept) == len(kinds) - 1


def test_an_unknown_paper_is_refused(installation: Flask):
    dossier = enter()
    with pytest.raises(DocumentTypeUnknown):
        write_down(dossier, Papers({"love_letter": Sheets(1, 0)}))


MISSING = [
    ({"owner": Person("")}, "owner_name"),
    ({"submitter": Person("Nam")}, "submitter_number"),
    ({"standing_paper": " "}, "standing_paper"),
    ({"fact": "12"}, "fact"),
]


@pytest.mark.parametrize(("changed", "field"), MISSING, ids=[field for _, field in MISSING])
def test_what_is_missing_about_people_is_named(installation: Flask, changed, field):
    with pytest.raises(PersonIncomplete) as caught:
        enter(**changed)
    assert list(caught.value.fields) == [(field,)]


def test_another_agency_takes_it_in_only_where_profile_and_service_allow_it(installation: Flask):
    with pytest.raises(TakenInElsewhere):
        enter(agency_id=elsewhere())
    offer("{anywhere: true}")
    dossier = enter(agency_id=elsewhere())
    write_down(dossier)
    accept(dossier)
    assert (dossier.agency_id, dossier.receiving_agency_id) != (dossier.agency_id, None)
    assert dossier.code is not None
    assert dossier.code.startswith("H29.16-")
    with pytest.raises(DossierNotFound):
        queries.find_dossier(dossier.id, visible_to=actor(CLERK))
    assert find_reception(dossier.reference, visible_to=actor(CLERK))[0].id == dossier.id


def test_a_closed_channel_is_refused(installation: Flask):
    offer("{channels: [post]}")
    with pytest.raises(ChannelClosed):
        enter()
    assert enter(channel="post").channel == "post"


def test_only_desk_clerks_of_the_office_enter_and_see_receptions(installation: Flask):
    with pytest.raises(ActionRefused):
        enter(by="chuyenvien")
    with pytest.raises(ActionRefused):
        enter(receiving_agency_id=elsewhere())
    dossier = enter()
    with pytest.raises(DossierNotFound):
        find_reception(dossier.reference, visible_to=actor("lanhdao"))
    assert [each.id for each, _ in receptions(visible_to=actor(CLERK))] == [dossier.id]


def test_what_was_taken_in_is_not_changed_any_more(installation: Flask):
    dossier = taken_in()
    with pytest.raises(DossierNotEditable):
        write_down(dossier)
    with pytest.raises(DossierNotEditable):
        accept(dossier)


def test_who_received_does_not_appraise_where_the_service_says_so(installation: Flask):
    offer("{kept_from: [desk_check]}")
    runtime = installation.extensions["motcua.engine"]
    unknown = {"enterprise": {"found": False, "active": False, "name": ""}}
    runtime.on_job("enterprise.lookup", lambda _call: unknown)
    dossier = taken_in()
    run_due_jobs(installation)
    with transaction():
        order = orders(dossier)[0]
        take_at_desk(order.id, way="cash", amount=order.amount, by=actor(CLERK))
    run_due_jobs(installation)
    (item,) = queries.tasks(visible_to=actor(CLERK))
    with pytest.raises(ReceiverKeptAway), transaction():
        operations.claim_task(item.task.id, actor=actor(CLERK))


def test_the_owner_claims_it_by_the_number_that_a_provider_vouches_for(installation: Flask):
    dossier = taken_in()
    code = dossier.code or ""
    for nobody in (actor("dongxanh"), citizen(SUBMITTER.identity_number)):
        with pytest.raises(DossierNotFound), transaction():
            operations.claim_dossier(code, actor=nobody)
    owner = citizen(OWNER.identity_number)
    with transaction():
        operations.claim_dossier(code, actor=owner)
    assert fresh(dossier).owner_id == owner.account_id
    with pytest.raises(DossierNotFound), transaction():
        operations.claim_dossier(code, actor=actor("saomai"))


def test_who_signs_for_the_organisation_claims_its_dossier(installation: Flask):
    dossier = taken_in()
    with transaction():
        operations.claim_dossier(dossier.reference, actor=actor("saomai"))
    assert fresh(dossier).acting_for == SAO_MAI["organisation_number"]


def test_it_is_followed_by_code_and_second_fact(installation: Flask):
    dossier = taken_in()
    assert track(f" {dossier.code} ", "654 321", address=HERE).id == dossier.id
    for code, fact in [(dossier.code, "654322"), (dossier.code, ""), ("H26.16-0", "654321")]:
        with pytest.raises(NotTracked):
            track(code or "", fact, address=HERE)


def citizen(number: str) -> Actor:
    """Somebody whose identity number a provider has told."""
    proven = ProvenIdentity("id", Kind.CITIZEN, "https://id.example", number, number=number)
    with transaction():
        account_id = prove(proven).account_id
    found = people.actor(f"account:{account_id}")
    assert found is not None
    return found

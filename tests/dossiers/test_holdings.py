"""The store of documents: given once, used again by its owner alone, pinned by content, on record."""

import json
import zipfile
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

import engine
from accounts import operations as accounts
from accounts.actor import SYSTEM, OrganisationRole
from accounts.errors import ActionRefused
from accounts.models import Membership
from commands.sample.application import SAO_MAI
from commands.sample.dossiers import _actor, draft
from commands.sample.people import account_of, first_agency
from core import clock
from core.audit import AuditEvent
from core.clock import now, today
from core.database import db, transaction
from dossiers import queries as cases
from dossiers.holdings import operations, queries, warning
from dossiers.holdings.emptying import empty_store
from dossiers.holdings.errors import (
    DaysOfHoldingWrong,
    HoldingNotFitting,
    HoldingNotFound,
    HoldingUsed,
    KeptAlready,
    NotForTheStore,
)
from dossiers.holdings.models import Holding
from dossiers.models import Document, Dossier, RegisterEntry
from dossiers.operations import remove_document
from dossiers.privacy.copying.archive import write_copy
from storage import store
from tests.dossiers.kept import KIND, NUMBER, finished, keep, kept, use
from workflows.errors import PackBroken
from workflows.gate import check
from workflows.pack import ServicePack
from workflows.queries import service


def offered(dossier: Dossier, login: str = "saomai") -> list[Any]:
    found = queries.fitting(dossier, KIND, visible_to=_actor(login))
    return [each.id for each in found]


def holding(holding_id: Any) -> Holding:
    db.session.expire_all()
    return db.session.get_one(Holding, holding_id)


def content_of(document: Document | Holding) -> bytes:
    with store().open(document.storage_key, sha256=document.sha256) as content:
        return content.read()


def test_a_result_comes_into_its_holders_store_by_itself(
    installation: Flask, paid_dossier: Callable[[], Dossier], work: Callable[[], None]
):
    dossier = paid_dossier()
    work()
    work()
    entry = db.session.scalars(select(RegisterEntry)).one()
    (found,) = queries.holdings(visible_to=_actor("saomai"))
    assert (found.document_type, found.number) == ("device-notice", entry.number)
    assert (found.signature, found.issuer) == ("valid", "Sở Y tế Hà Nội")
    assert (found.acting_for, found.dossier_id) == (NUMBER, dossier.id)
    assert list(queries.holdings(visible_to=_actor("dongxanh"))) == []


def test_an_accepted_paper_is_kept_with_its_owners_say_and_used_again(installation: Flask):
    paper = finished()
    ((found, _),) = queries.keepable(visible_to=_actor("saomai"))
    assert found.id == paper.id
    holding_id = keep(paper)
    assert queries.keepable(visible_to=_actor("saomai")) == []
    begun = draft("saomai", SAO_MAI)
    assert offered(begun) == [holding_id]
    used = use(begun, holding_id)
    assert KIND not in cases.missing_documents(begun)
    assert (used.sha256, used.document_type) == (holding(holding_id).sha256, KIND)
    assert used.storage_key != holding(holding_id).storage_key
    ((_, reference),) = queries.uses_of(holding(holding_id))
    assert reference == begun.reference
    assert queries.reused(now() - timedelta(1), now() + timedelta(1), first_agency().id) == 1


def test_each_use_is_in_the_owners_record(installation: Flask):
    holding_id = kept()
    begun = draft("saomai", SAO_MAI)
    use(begun, holding_id)
    events = db.session.scalars(
        select(AuditEvent).where(AuditEvent.subject == f"holding:{holding_id}")
    ).all()
    assert [each.tag for each in events] == ["dossier:holding:kept", "dossier:holding:used"]
    assert {each.chain_id for each in events} == {account_of("saomai").id}
    assert (events[1].details or {})["dossier"] == begun.reference


def test_nothing_done_in_the_store_changes_a_dossier(installation: Flask):
    holding_id = kept()
    used = use(draft("saomai", SAO_MAI), holding_id)
    before = content_of(used)
    store().delete(holding(holding_id).storage_key)
    with transaction():
        operations.hide(holding_id, hidden=True, actor=_actor("saomai"))
    assert content_of(used) == before


@pytest.mark.parametrize(
    "said",
    [{"valid_until": -1}, {"valid_from": 1}],
    ids=["over", "not begun"],
)
def test_what_is_out_of_its_days_is_not_offered(installation: Flask, said: dict[str, int]):
    days = {name: today() + timedelta(days=days) for name, days in said.items()}
    holding_id = kept(**days)
    begun = draft("saomai", SAO_MAI)
    assert offered(begun) == []
    with pytest.raises(HoldingNotFitting):
        use(begun, holding_id)


def test_what_is_hidden_or_doubtful_is_not_offered(installation: Flask):
    holding_id, begun = kept(), draft("saomai", SAO_MAI)
    with transaction():
        operations.hide(holding_id, hidden=True, actor=_actor("saomai"))
    assert offered(begun) == []
    with transaction():
        operations.hide(holding_id, hidden=False, actor=_actor("saomai"))
    assert offered(begun) == [holding_id]
    with transaction():
        db.session.get_one(Holding, holding_id).signature = "doubtful"  # type: ignore[assignment]
    assert offered(begun) == []


def test_a_result_that_was_taken_away_is_not_offered(
    installation: Flask, paid_dossier: Callable[[], Dossier], work: Callable[[], None]
):
    paid_dossier()
    work()
    work()
    (found,) = queries.holdings(visible_to=_actor("saomai"))
    assert queries.is_good(found)
    with transaction() as session:
        session.scalars(select(RegisterEntry)).one().state = "withdrawn"
    assert not queries.is_good(holding(found.id))


def test_another_owners_document_is_neither_seen_nor_used(installation: Flask):
    holding_id = kept()
    begun = draft("dongxanh", SAO_MAI)
    assert offered(begun, "dongxanh") == []
    with pytest.raises(HoldingNotFound):
        use(begun, holding_id, "dongxanh")
    with pytest.raises(HoldingNotFound), transaction():
        operations.hide(holding_id, hidden=True, actor=_actor("dongxanh"))


def test_a_persons_document_does_not_get_into_a_dossier_of_an_organisation(installation: Flask):
    own = keep(finished(acting_for=""))
    begun = draft("saomai", SAO_MAI)
    with transaction():
        db.session.get_one(Dossier, begun.id).acting_for = NUMBER
    assert offered(db.session.get_one(Dossier, begun.id)) == []
    assert offered(draft("saomai", SAO_MAI)) == [own]


@pytest.mark.parametrize(
    ("role", "uses", "manages"),
    [
        (OrganisationRole.READER, False, False),
        (OrganisationRole.DRAFTER, True, False),
        (OrganisationRole.ADMINISTRATOR, True, True),
    ],
)
def test_members_of_an_organisation_do_with_it_what_their_role_allows(
    installation: Flask, role: OrganisationRole, uses: bool, manages: bool
):
    holding_id = kept()
    with transaction():
        member = accounts.add_membership(account_of("dongxanh").id, NUMBER, by=SYSTEM)
        db.session.get_one(Membership, member.id).role = role
    actor = _actor("dongxanh")
    assert [each.id for each in queries.holdings(visible_to=actor)] == [holding_id]
    begun = draft("dongxanh", SAO_MAI)
    assert offered(begun, "dongxanh") == ([holding_id] if uses else [])
    if manages:
        with transaction():
            operations.hide(holding_id, hidden=True, actor=actor)
    else:
        with pytest.raises(ActionRefused), transaction():
            operations.hide(holding_id, hidden=True, actor=actor)


def test_what_a_dossier_holds_is_hidden_and_not_deleted(installation: Flask):
    used, unused = kept(), kept()
    use(draft("saomai", SAO_MAI), used)
    with pytest.raises(HoldingUsed), transaction():
        operations.delete(used, actor=_actor("saomai"))
    with transaction():
        key = operations.delete(unused, actor=_actor("saomai"))
    assert key == holding(unused).storage_key
    assert [each.id for each in queries.holdings(visible_to=_actor("saomai"))] == [used]


def test_the_owner_ends_a_use_by_removing_the_document_from_his_draft(installation: Flask):
    begun = draft("saomai", SAO_MAI)
    document = use(begun, kept())
    with transaction():
        remove_document(document.id, actor=_actor("saomai"))
    assert KIND in cases.missing_documents(begun)


def test_what_cannot_be_kept_is_refused(installation: Flask):
    paper = finished()
    with pytest.raises(DaysOfHoldingWrong):
        keep(paper, valid_from=today(), valid_until=today() - timedelta(days=1))
    keep(paper)
    with pytest.raises(KeptAlready):
        keep(paper)
    other = finished()
    with transaction():
        db.session.get_one(Document, other.id).document_type = "conformity"
    with pytest.raises(NotForTheStore):
        keep(other)


def test_its_owner_is_warned_once_before_it_ends(
    installation: Flask, monkeypatch: pytest.MonkeyPatch
):
    sent: list[Any] = []
    monkeypatch.setattr(warning, "write", lambda *mail: sent.append(mail))
    kept(valid_until=today() + timedelta(days=40))
    assert warning.warn() == 0
    with clock.shifted(timedelta(days=11)):
        assert warning.warn() == 1
        assert warning.warn() == 0
    ((account, _, text),) = sent
    assert account.login == "saomai"
    assert "Q5-77" in text


def test_of_an_emptied_account_nothing_is_kept_but_what_is_its_organisations(
    installation: Flask,
):
    own, companys = keep(finished(acting_for="")), kept()
    with transaction():
        empty_store(account_of("saomai").id)
    engine.run_due_jobs(installation)
    assert (holding(own).number, holding(own).file_name) == ("", "")
    assert list(store().keys("holdings/")) == [holding(companys).storage_key]
    assert [each.id for each in queries.holdings(visible_to=_actor("saomai"))] == [companys]


def test_the_copy_of_ones_data_tells_what_is_kept(installation: Flask):
    found = kept()
    file = BytesIO()
    write_copy(file, _actor("saomai"), "vi")
    with zipfile.ZipFile(file) as archive:
        (told,) = json.loads(archive.read("holdings.json"))
        assert archive.read(told["file"]) == content_of(holding(found))
        assert f'href="{told["file"]}"' in archive.read("index.html").decode()
    assert told["number"] == "Q5-77"


def test_a_service_can_only_keep_what_the_profile_knows(installation: Flask):
    pack = service("device-declaration-b")
    text = pack.file("service.yaml").replace(b"kept_as: iso-13485", b"kept_as: nothing")
    with pytest.raises(PackBroken, match="document-types"):
        check(ServicePack({**pack.files, "service.yaml": text}))

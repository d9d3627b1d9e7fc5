"""A director puts a dossier on legal hold and lifts it: with a reason, freshly proven, on record."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from accounts.actor import Actor
from accounts.errors import ActionRefused, FreshProofNeeded
from commands.sample.dossiers import _actor
from core.audit import AuditEvent
from core.clock import now
from core.database import db, transaction
from dossiers import operations
from dossiers.errors import ReasonMissing
from dossiers.models import Dossier
from dossiers.privacy.errors import HoldStands, NotOnHold
from dossiers.privacy.queries import holds_of, standing_hold

WHY = "Thanh tra 12/2026"


def fresh(login: str) -> Actor:
    return replace(_actor(login), proven_at=now())


def held(dossier: Dossier, reason: str = WHY) -> None:
    with transaction():
        operations.put_on_hold(dossier.id, reason=reason, actor=fresh("lanhdao"))


def lifted(dossier: Dossier, reason: str = "Đã xong") -> None:
    with transaction():
        operations.lift_hold(dossier.id, reason=reason, actor=fresh("lanhdao"))


def test_hold_and_lifting_are_on_record_with_their_reasons(dossier_on_the_desk: Dossier):
    held(dossier_on_the_desk)
    lifted(dossier_on_the_desk)
    events = db.session.scalars(
        select(AuditEvent)
        .where(AuditEvent.chain_id == dossier_on_the_desk.id, AuditEvent.tag.contains(":hold:"))
        .order_by(AuditEvent.position)
    ).all()
    told = [(each.tag, each.actor, each.details) for each in events]
    director = _actor("lanhdao").id
    assert told == [
        ("dossier:hold:placed", director, {"reason": WHY}),
        ("dossier:hold:lifted", director, {"reason": "Đã xong"}),
    ]


def test_one_hold_stands_at_a_time_and_the_former_ones_stay_readable(dossier_on_the_desk: Dossier):
    held(dossier_on_the_desk)
    with pytest.raises(HoldStands):
        held(dossier_on_the_desk)
    lifted(dossier_on_the_desk)
    with pytest.raises(NotOnHold):
        lifted(dossier_on_the_desk)
    held(dossier_on_the_desk, "Tòa án")
    seen = holds_of(dossier_on_the_desk, visible_to=_actor("kiemtoan"))
    assert [each.reason for each in seen] == ["Tòa án", WHY]
    standing = standing_hold(dossier_on_the_desk, visible_to=_actor("motcua"))
    assert standing is not None
    assert standing.reason == "Tòa án"


def test_an_old_proof_or_no_reason_changes_nothing(dossier_on_the_desk: Dossier):
    with pytest.raises(FreshProofNeeded), transaction():
        operations.put_on_hold(dossier_on_the_desk.id, reason=WHY, actor=_actor("lanhdao"))
    with pytest.raises(ReasonMissing):
        held(dossier_on_the_desk, "  ")
    assert not holds_of(dossier_on_the_desk, visible_to=_actor("lanhdao"))


@pytest.mark.parametrize("login", ["motcua", "chuyenvien", "kiemtoan", "saomai"])
def test_nobody_but_a_director_holds(dossier_on_the_desk: Dossier, login: str):
    with pytest.raises(ActionRefused), transaction():
        operations.put_on_hold(dossier_on_the_desk.id, reason=WHY, actor=fresh(login))


def test_whose_dossier_it_is_is_not_told_of_an_inquiry(dossier_on_the_desk: Dossier):
    held(dossier_on_the_desk)
    assert standing_hold(dossier_on_the_desk, visible_to=_actor("saomai")) is None

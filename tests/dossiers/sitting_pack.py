"""The sample service whose results a director may sign together, and dossiers that wait for him."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from flask import Flask
from sqlalchemy import select

import engine
from accounts.actor import Actor
from commands.sample.dossiers import _actor
from core.clock import now
from core.database import db, transaction
from dossiers import queries
from dossiers.models import Dossier
from dossiers.sittings import operations
from dossiers.sittings.models import Sitting, SittingItem
from dossiers.sittings.queries import signable
from tests.dossiers.test_issuing_order import ORDERS
from tests.dossiers.test_issuing_order import pack as ordered_pack
from workflows.operations import deploy_pack
from workflows.pack import ServicePack

RULE = """  in_sitting:
    approve:
      answers: {approved: "yes", remark: Đồng ý}
      paper: {letter: notice}
"""


def pack(rule: str = RULE) -> ServicePack:
    """With this rule of `in_sitting`; number first, then signature, then seal."""
    made = ordered_pack(ORDERS["number, then signature"])
    manifest = made.files["service.yaml"].decode() + rule
    return ServicePack({**made.files, "service.yaml": manifest.encode()})


def waiting(app: Flask, make: Callable[[], Dossier], many: int) -> list[Dossier]:
    """So many dossiers that wait for the director's signature."""
    with transaction():
        deploy_pack(pack(), by="system")
    made = [make() for _ in range(many)]
    engine.run_due_jobs(app)
    db.session.rollback()
    return made


def director(age: timedelta = timedelta()) -> Actor:
    """Who signs, having proven who he is so long ago."""
    return replace(_actor("lanhdao"), proven_at=now() - age)


def chosen(actor: Actor) -> Sitting:
    """A sitting with everything that can be signed together."""
    with transaction():
        tasks = [each.item.task.id for each in signable(visible_to=actor)]
        return operations.begin(tasks, actor=actor, language="vi")


def confirmed(actor: Actor) -> Sitting:
    """The same, confirmed."""
    sitting = chosen(actor)
    with transaction():
        operations.confirm(sitting.id, actor=actor)
    return sitting


def states(sitting: Sitting) -> list[str]:
    """What became of each of its results, in order."""
    query = select(SittingItem.state).where(SittingItem.sitting_id == sitting.id)
    db.session.rollback()
    return [str(state) for state in db.session.scalars(query.order_by(SittingItem.number))]


def problems(sitting: Sitting) -> list[str]:
    """The codes of what stopped single results."""
    db.session.rollback()
    query = select(SittingItem).where(SittingItem.sitting_id == sitting.id)
    rows = db.session.scalars(query.order_by(SittingItem.number))
    return [row.problem["code"] for row in rows if row.problem]


def papers(dossier: Dossier) -> list[str]:
    """The kinds of papers that the authority made for a dossier."""
    db.session.rollback()
    found = queries.documents(db.session.get_one(Dossier, dossier.id))
    return [each.document_type for each in found if each.origin == "authority"]

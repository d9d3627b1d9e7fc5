"""Entries of the register for tests: a service with rules, results published by it, deeds on them."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import select

from commands.sample.application import SAO_MAI, SERVICE
from commands.sample.dossiers import draft
from commands.sample.people import first_agency
from core.clock import now
from core.database import db, transaction
from dossiers.models import Dossier, DossierStatus, RegisterEntry
from dossiers.numbers.operations import reserve_number
from dossiers.operations.locking import lock_dossier
from dossiers.register_entries import actions, operations
from dossiers.register_entries.models import FollowUp, RegisterChange
from dossiers.register_entries.operations import Deed, lock_entry
from tests.engine.models import flows, mapping, model, service, user
from workflows.operations import deploy_pack
from workflows.pack import ServicePack
from workflows.queries import service as service_of

RULES = """
register:
  validity: {years: "=5"}
  unique:
    one_device:
      key: "=[holder.number, facts.device_name]"
      message: {vi: Thiết bị này đã có số công bố., en: This device has a number already.}
  grounds:
    false-papers: {name: {vi: Giấy tờ giả, en: False papers}, to: [revoke, suspend]}
    new-facts: {name: {vi: Thay đổi thông tin, en: New facts}, to: [amend]}
  procedures:
    revocation: {process: revocation, name: {vi: Thu hồi, en: Revocation}}
  copies: {book: ban-sao, number_pattern: "{sequence:04d}/{year}/SY-{agency}", resets: year}
follow_ups:
  renewal:
    name: {vi: Nhắc gia hạn, en: Time to renew}
    when: before-expiry
    amount: 60
    invite: device-declaration-b
  look_again:
    name: {vi: Đánh giá lại, en: Look again}
    when: every
    amount: 2
    unit: years
    process: look_again
  after_half_a_year:
    name: {vi: Hậu kiểm, en: Check afterwards}
    when: after
    amount: 6
    unit: months
    process: look_again
"""
LOOK_AGAIN = model(
    '<startEvent id="s"/>'
    + user("look", "device-officer")
    + '<endEvent id="e"/>'
    + flows("s -> look", "look -> e"),
    process_id="look_again",
)
REVOCATION = model(
    '<startEvent id="s"/>'
    + service(
        "revoke",
        "register.revoke",
        mapping({"ground": '="false-papers"', "reason": '="internal"', "note": '="told"'}),
    )
    + '<endEvent id="e"/>'
    + flows("s -> revoke", "revoke -> e"),
    process_id="revocation",
)
REVOKED = Deed(ground="false-papers", note="Giấy tờ giả", reason="Biên bản 7")


def ruled(rules: str = RULES, **files: bytes) -> ServicePack:
    """Let the sample service have these rules; returns its new version."""
    pack = service_of(SERVICE)
    plain = {path: content for path, content in pack.files.items() if path != "service.yaml"}
    text = pack.file("service.yaml").partition(b"\nregister:")[0] + rules.encode()
    more = {"look_again.bpmn": LOOK_AGAIN, "revocation.bpmn": REVOCATION}
    more |= {f"{name}.bpmn": content for name, content in files.items()}
    with transaction():
        deploy_pack(ServicePack({**plain, **more, "service.yaml": text}), by="system")
    return service_of(SERVICE)


def settled(login: str = "saomai", answers: Mapping[str, Any] = SAO_MAI) -> UUID:
    """A dossier that was received, by id; its result can be published."""
    begun = draft(login, answers)
    pack = service_of(SERVICE)
    with transaction():
        dossier = lock_dossier(begun.id)
        dossier.service_version, dossier.status = pack.version, DossierStatus.PROCESSING
        dossier.submitted_at = dossier.received_at = now()
        dossier.organisation_number = answers["organisation_number"]
        dossier.organisation_name = answers["organisation_name"]
        dossier.acting_for = answers["organisation_number"]
    return begun.id


def publish(dossier_id: UUID) -> UUID:
    """Publish the result of a dossier, as its process would; returns the entry's id."""
    with transaction():
        dossier = lock_dossier(dossier_id)
        pack = service_of(SERVICE)
        actions.claim_keys(dossier, pack)
        number = reserve_number(dossier, pack, first_agency())
        entry = operations.publish(dossier, pack, number, operations.new_check_code())
        dossier.status, dossier.finished_at = DossierStatus.DELIVERED, now()
        return entry.id


def published(login: str = "saomai", **answers: Any) -> UUID:
    """A new entry of the register, by id."""
    return publish(settled(login, {**SAO_MAI, **answers}))


def do(entry_id: UUID, deed: Callable[..., Any], *args: Any, **named: Any) -> Any:
    """Do something to an entry in a transaction of its own."""
    with transaction():
        return deed(lock_entry(entry_id), *args, **named)


def entry(entry_id: UUID) -> RegisterEntry:
    """An entry as the database has it now."""
    db.session.rollback()
    db.session.expire_all()
    return db.session.get_one(RegisterEntry, entry_id)


def dossier_of(entry_id: UUID) -> Dossier:
    """The dossier that led to an entry."""
    return db.session.get_one(Dossier, entry(entry_id).dossier_id)


def changes(entry_id: UUID) -> list[RegisterChange]:
    """What was done to an entry, oldest first."""
    of_entry = select(RegisterChange).where(RegisterChange.entry_id == entry_id)
    return list(db.session.scalars(of_entry.order_by(RegisterChange.sequence)))


def follow_ups(entry_id: UUID) -> dict[tuple[str, int], FollowUp]:
    """What follows an entry, by name and occurrence."""
    of_entry = select(FollowUp).where(FollowUp.entry_id == entry_id)
    db.session.expire_all()
    return {(each.name, each.occurrence): each for each in db.session.scalars(of_entry)}

"""What processes do to entries of the register; `dossiers.process` names these actions."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any, Final
from uuid import UUID

from core.database import db
from dossiers.models import Dossier, RegisterEntry
from dossiers.numbers import operations as numbers
from dossiers.operations.locking import lock_dossier
from dossiers.operations.proceedings import open_proceeding, proceeding_of
from dossiers.register_entries import decisions, operations, uniqueness
from dossiers.register_entries.about import entry_of_process, named_entry
from dossiers.register_entries.errors import EntryStands
from dossiers.register_entries.follow_ups import facts_for_process
from dossiers.register_entries.operations import Deed
from engine.errors import BpmnError
from engine.jobs.kinds import ActionCall, JobCall, Result
from engine.runtime import Runtime
from workflows.pack import ServicePack
from workflows.queries import service_version
from workflows.sections.register import SAME_NUMBER

OPEN_POST_CHECK: Final = "post-check.open"
KEEP_RESULT: Final = "holdings.keep-result"
NOT_UNIQUE: Final = "not-unique"


def install(runtime: Runtime) -> None:
    """Register them."""
    runtime.on_action("register.claim", _claim)
    runtime.on_action("register.publish", lambda call: _publish(call, runtime))
    runtime.on_action("register.keep", lambda call: operations.keep(_entry(call)))
    runtime.on_action("register.withdraw", _withdraw)
    runtime.on_action("register.amend", _amend)
    runtime.on_action("register.suspend", _suspend)
    runtime.on_action("register.resume", _resume)
    runtime.on_action("register.extend", _extend)
    runtime.on_action("register.revoke", _revoke)
    runtime.on_action("register.reissue", _reissue)
    runtime.on_job(OPEN_POST_CHECK, None, record=_open_post_check)


def claim_keys(
    dossier: Dossier, pack: ServicePack, decided: Mapping[str, Any] | None = None
) -> None:
    """Claim what only one entry may say, before a number is taken; not unique is an error event."""
    about = named_entry(dossier, pack)
    try:
        besides = about.id if about else None
        uniqueness.claim(dossier, pack, decided=decided, besides=besides)
    except EntryStands as error:
        number = error.params["number"]
        raise BpmnError(NOT_UNIQUE, str(error), {"standing": {"number": number}}) from error


def _claim(call: ActionCall) -> None:
    claim_keys(*_dossier(call), call.variables.get("facts"))


def _publish(call: ActionCall, runtime: Runtime) -> Mapping[str, Any]:
    dossier, pack = _dossier(call)
    result = call.variables["result"]
    number = numbers.number_to_use(dossier.id, result["number"])
    try:
        decided = call.variables.get("facts")
        entry = operations.publish(dossier, pack, number, result["check_code"], decided)
    except EntryStands as error:
        raise BpmnError(NOT_UNIQUE, str(error)) from error
    if any(each.kept_as for each in pack.manifest.documents.values()):
        runtime.enqueue(KEEP_RESULT, call.instance_id, {"entry": str(entry.id)})
    if pack.manifest.post_check_process:
        runtime.enqueue(OPEN_POST_CHECK, call.instance_id, {"entry": str(entry.id)})
    return {"entry_id": str(entry.id)}


def _withdraw(call: ActionCall) -> Mapping[str, Any]:
    """As `register.revoke`, but the reason is told to everybody."""
    entry, deed = _decided(call, "revoke")
    told = replace(deed, note=str(call.variables["reason"]), reason="")
    operations.revoke(entry, told)
    return _numbered(told)


def _amend(call: ActionCall) -> Mapping[str, Any]:
    entry, deed = _decided(call, "amend")
    facts = call.variables.get("facts")
    if not isinstance(facts, Mapping):
        dossier, pack = _dossier(call)
        facts = pack.register_facts(dossier.answers)
    # What the dossier claimed for itself until now, the entry is about to say.
    uniqueness.release_unused(proceeding_of(call.instance_id).dossier_id)
    operations.amend(entry, facts, deed, holder_name=_text(call, "holder_name"))
    return {"entry": facts_for_process(entry), **_numbered(deed)}


def _suspend(call: ActionCall) -> Mapping[str, Any]:
    entry, deed = _decided(call, "suspend")
    operations.suspend(entry, deed, until=_day(call, "until"))
    return _numbered(deed)


def _resume(call: ActionCall) -> Mapping[str, Any]:
    entry, deed = _decided(call, "resume")
    operations.resume(entry, deed)
    return _numbered(deed)


def _extend(call: ActionCall) -> Mapping[str, Any]:
    entry, deed = _decided(call, "extend")
    operations.extend(entry, deed, until=_day(call, "until"))
    return {"entry": facts_for_process(entry), **_numbered(deed)}


def _revoke(call: ActionCall) -> Mapping[str, Any]:
    entry, deed = _decided(call, "revoke")
    operations.revoke(entry, deed)
    return _numbered(deed)


def _reissue(call: ActionCall) -> Mapping[str, Any]:
    entry = _entry(call)
    dossier, pack = _dossier(call)
    if pack.manifest.register.reissue == SAME_NUMBER:
        operations.reissue_same(entry, _deed(call))
        return {"entry": facts_for_process(entry)}
    result = call.variables["result"]
    number = numbers.number_to_use(dossier.id, result["number"])
    new = operations.reissue_as(entry, dossier, number, result["check_code"], _deed(call))
    return {"entry_id": str(new.id), "entry": facts_for_process(new)}


def _open_post_check(call: JobCall, _result: Result) -> None:
    entry = db.session.get_one(RegisterEntry, UUID(call.payload["entry"]))
    manifest = service_version(entry.service_version).manifest
    told = {"entry": facts_for_process(entry)}
    open_proceeding(entry, str(manifest.post_check_process), told)


def _entry(call: ActionCall) -> RegisterEntry:
    return entry_of_process(call.instance_id)


def _dossier(call: ActionCall) -> tuple[Dossier, ServicePack]:
    dossier = lock_dossier(proceeding_of(call.instance_id).dossier_id)
    return dossier, service_version(dossier.service_version)


def _decided(call: ActionCall, action: str) -> tuple[RegisterEntry, Deed]:
    """The locked entry, and what is done to it, with the number of the decision where it has one."""
    entry = _entry(call)
    number = decisions.numbered(action, entry, proceeding_of(call.instance_id))
    return entry, replace(_deed(call), number=number)


def _numbered(deed: Deed) -> Mapping[str, Any]:
    return {decisions.NUMBER: deed.number} if deed.number else {}


def _deed(call: ActionCall) -> Deed:
    proceeding = proceeding_of(call.instance_id)
    return Deed(
        ground=_text(call, "ground"),
        note=_text(call, "note"),
        reason=_text(call, "reason"),
        dossier_id=proceeding.dossier_id,
        before_grounds=not service_version(proceeding.service_version).manifest.register.grounds,
    )


def _text(call: ActionCall, name: str) -> str:
    value = call.variables.get(name)
    return value if isinstance(value, str) else ""


def _day(call: ActionCall, name: str) -> date | None:
    value = call.variables.get(name)
    if isinstance(value, str) and value:
        return date.fromisoformat(value)
    return value if isinstance(value, date) else None

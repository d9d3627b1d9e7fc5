"""The leader's own signature on a result, before the seal: the job `result.sign`.

The PDF is typeset once, signed by the key of who decided it, and stored; `result.seal` then adds the
agency's seal to that very file. Nobody reads it before it is sealed, so it is no document yet.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from io import BytesIO
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select

import letters
import signing
from accounts import queries as accounts
from accounts.actor import Actor
from core.clock import now
from core.database import reading
from dossiers.issuing import PDF, asking, signing_places, subject_of_job, typeset
from dossiers.letters import LetterSubject, check_url, letter_context, photo_of, wording
from dossiers.operations.documents import keep_file
from dossiers.result_data import ATTACHED, result_xml
from dossiers.signatures.ordering import Ask, place_of, signed
from dossiers.sittings.operations import note_signed
from engine.jobs.kinds import JobCall, JobPolicy, Result
from engine.models import Task, TaskState
from engine.runtime import Runtime
from signing import port
from workflows.pack import ServicePack

PLACE: Final = "signature"
# At the foot of the last page, where the letter names no place.
_BOX: Final = (140, 62, 334, 106)
_task: Any = Task.__table__


def install(runtime: Runtime) -> None:
    """Register the job."""
    policy = JobPolicy(max_attempts=10, lease=180)
    runtime.on_job("result.sign", _sign_result, policy, record=_record_signature)


def _record_signature(call: JobCall, _result: Result) -> None:
    note_signed(call.instance_id)


def _sign_result(call: JobCall) -> Mapping[str, Any]:
    subject = subject_of_job(call)
    leader = leader_of(call.instance_id, subject.pack)
    pdf = signed(leaders_signature(call, subject, leader, place_of(call)))
    return {"signed": kept_signed(call, subject, leader, pdf)}


def leaders_signature(call: JobCall, subject: LetterSubject, leader: Actor, place: str) -> Ask:
    """The leader's own signature on the letter that the process names, where it leaves room for it."""
    given, name = call.variables, str(call.variables["letter"])
    person = signing.Person(str(leader.account_id), leader.name, str(subject.agency.id))
    key = signing.signing_desk().personal_key(person)

    def prepare(pdf: bytes) -> port.Prepared:
        room = signing_places(**_letter(subject, given, leader, now())).get(PLACE)
        look = _appearance(room)
        field = port.PERSONAL_FIELD
        return port.prepare_pdf(pdf, key=key, name=leader.name, appearance=look, field=field)

    return Ask(
        **{**asking(call, subject, name, key), "place": place},
        part="person",
        media_type=PDF,
        content=lambda moment: _typeset(subject, given, leader, moment),
        prepare=prepare,
    )


def kept_signed(call: JobCall, subject: LetterSubject, leader: Actor, pdf: bytes) -> dict[str, Any]:
    """Store what the leader signed; what `result.seal` is told of it."""
    name, result = str(call.variables["letter"]), call.variables.get("result")
    kept = keep_file(subject.dossier.id, f"{name}.pdf", BytesIO(pdf), PDF)
    stored = {"storage_key": kept.storage_key, "sha256": kept.sha256}
    return {**stored, "letter": name, "numbered": bool(result), "by": leader.name}


def _typeset(
    subject: LetterSubject, given: Mapping[str, Any], leader: Actor, moment: datetime
) -> bytes:
    result = given.get("result") or {}
    facts = {ATTACHED: result_xml(subject, result, None, given.get("facts"))} if result else {}
    return typeset(**_letter(subject, given, leader, moment), attached=facts)


def _letter(
    subject: LetterSubject, given: Mapping[str, Any], leader: Actor, moment: datetime
) -> dict[str, Any]:
    result = given.get("result") or {}
    told = {"table": given.get("table"), "decided": given.get("facts")}
    context = letter_context(subject, result, moment, **told)
    context["signer"] = {**context["signer"], "name": leader.name}
    return {
        "pack": subject.pack,
        "name": str(given["letter"]),
        "context": context,
        "address": check_url(result["check_code"]) if result else context["dossier"]["track_url"],
        "photo": photo_of(subject.documents, str(given.get("photo") or "")),
    }


def leader_of(instance_id: UUID, pack: ServicePack) -> Actor:
    """Who last completed a task in which the leader signs; RuntimeError when nobody did.

    The gate lets no way lead to the signature without such a task.
    """
    query = (
        select(_task.c.holder, _task.c.assignee)
        .where(
            _task.c.instance_id == instance_id,
            _task.c.element_id.in_(list(pack.manifest.issuing.signing_tasks)),
            _task.c.state == TaskState.COMPLETED,
        )
        .order_by(_task.c.ended_at.desc())
        .limit(1)
    )
    with reading() as session:
        row = session.execute(query).one_or_none()
        found = accounts.actor(row.holder or row.assignee) if row else None
    if found is None or found.account_id is None:
        raise RuntimeError(f"nobody has signed in process {instance_id}")
    return found


def _appearance(place: letters.Place | None) -> signing.SealAppearance:
    """Where the letter leaves room for it; letters of older versions name no place."""
    seal = replace(wording.seal_appearance("personal"), box=_BOX, color=signing.BLUE)
    return seal if place is None else replace(seal, box=place.box, page=place.page)

"""The leader's own signature on a result, before the seal: the job `result.sign`.

The PDF is typeset once, signed by the key of who decided it, and stored; `result.seal` then adds the
agency's seal to that very file. Nobody reads it before it is sealed, so it is no document yet.
"""

from collections.abc import Mapping
from dataclasses import replace
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
from dossiers.issuing import PDF, signing_places, subject_of_job, typeset
from dossiers.letters import check_url, letter_context, photo_of, wording
from dossiers.operations.documents import keep_file
from dossiers.result_data import ATTACHED, result_xml
from dossiers.sittings.operations import note_signed
from engine.jobs.kinds import JobCall, JobPolicy, Result
from engine.models import Task, TaskState
from engine.runtime import Runtime
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
    result, name = call.variables.get("result") or {}, str(call.variables["letter"])
    leader = leader_of(call.instance_id, subject.pack)
    told = {"table": call.variables.get("table"), "decided": call.variables.get("facts")}
    context = letter_context(subject, result, now(), **told)
    context["signer"] = {**context["signer"], "name": leader.name}
    address = check_url(result["check_code"]) if result else context["dossier"]["track_url"]
    photo = photo_of(subject.documents, str(call.variables.get("photo", "")))
    decided = call.variables.get("facts")
    facts = {ATTACHED: result_xml(subject, result, None, decided)} if result else {}
    pdf = typeset(subject.pack, name, context, address, photo, attached=facts)
    place = signing_places(subject.pack, name, context, address, photo).get(PLACE)
    person = signing.Person(str(leader.account_id), leader.name, str(subject.agency.id))
    signed = signing.sign_pdf(pdf, person=person, appearance=_appearance(place))
    kept = keep_file(subject.dossier.id, f"{name}.pdf", BytesIO(signed), PDF)
    stored = {"storage_key": kept.storage_key, "sha256": kept.sha256}
    return {"signed": {**stored, "letter": name, "numbered": bool(result), "by": leader.name}}


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

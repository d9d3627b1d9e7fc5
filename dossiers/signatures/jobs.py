"""The jobs of the shape `signature`: a leader's signature that the process itself waits for."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from core.database import transaction
from dossiers.issuing import subject_of_job
from dossiers.leader_signing import kept_signed, leader_of, leaders_signature
from dossiers.signatures import operations
from dossiers.signatures.ordering import Ask, asked, embedded, order_of, placed
from dossiers.sittings.operations import note_signed
from engine.jobs.kinds import JobCall, JobPolicy, Result
from engine.runtime import Runtime
from signing.port import Expired

_INPUT = "signature"


def install(runtime: Runtime) -> None:
    """Register the jobs."""
    policy = JobPolicy(max_attempts=10, lease=180)
    runtime.on_job("signature.prepare", _prepare, policy)
    runtime.on_job("signature.start", _ask, policy)
    runtime.on_job("signature.poll", _ask, policy)
    runtime.on_job("signature.expire", _expire, policy)
    runtime.on_job("signature.embed", _embed, policy, record=_record)


def _prepare(call: JobCall) -> Mapping[str, Any]:
    """Typeset the letter and order its signature; nobody is asked yet."""
    return {"signature_id": str(placed(_leaders(call)).id)}


def _ask(call: JobCall) -> Mapping[str, Any]:
    """Ask the signer: for the signature, or how it stands."""
    order = asked(order_of(_order(call)))
    return {"signature_state": str(order.state)}


def _expire(call: JobCall) -> Mapping[str, Any]:
    """Wait no longer, unless the answer came at this very moment."""
    with transaction():
        order = operations.note_answer(_order(call), Expired(), tell=False)
        return {"signature_state": str(order.state)}


def _embed(call: JobCall) -> Mapping[str, Any]:
    """Put the signature into the letter and store it."""
    subject, given = subject_of_job(call), _given(call)
    leader = leader_of(call.instance_id, subject.pack)
    pdf = embedded(order_of(_order(call)), _leaders(call))
    return {"signed": kept_signed(given, subject, leader, pdf)}


def _record(call: JobCall, _result: Result) -> None:
    note_signed(call.instance_id)


def _leaders(call: JobCall) -> Ask:
    subject = subject_of_job(call)
    leader = leader_of(call.instance_id, subject.pack)
    return leaders_signature(_given(call), subject, leader, f"run:{call.id}")


def _given(call: JobCall) -> JobCall:
    """The job as `result.sign` would be given it: what the shape was given stands at the top."""
    return replace(call, variables=dict(call.variables[_INPUT]))


def _order(call: JobCall) -> UUID:
    return UUID(str(call.variables["signature_id"]))

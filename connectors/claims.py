"""The job that asks the register whether somebody represents an organisation."""

from collections.abc import Callable, Mapping
from typing import Any

from accounts.models import Membership
from accounts.representing.claims import CHECK_CLAIM, Registered, settle_claim
from connectors.enterprise import EnterpriseRegister
from connectors.jobs import RESTING
from core.database import db
from dossiers.looks import note_claimed_look
from engine.jobs.kinds import JobCall, Result
from engine.runtime import Runtime


def install(runtime: Runtime, register: Callable[[], EnterpriseRegister], *, by_name: bool) -> None:
    """Let claims of organisations be looked up; the claim's membership is the job's instance."""
    runtime.on_job(
        CHECK_CLAIM,
        lambda job: _look_up(register(), job),
        RESTING,
        record=lambda job, result: _settle(job, result, by_name=by_name),
    )


def _settle(job: JobCall, result: Result, *, by_name: bool) -> None:
    membership = db.session.get(Membership, job.instance_id)
    if membership is not None:
        note_claimed_look(membership.account_id, "enterprise")
    settle_claim(job.instance_id, _registered(result), by_name=by_name)


def _look_up(register: EnterpriseRegister, job: JobCall) -> Mapping[str, Any]:
    found = register.look_up(str(job.payload["number"]))
    if found is None:
        return {}
    return {
        "name": found.name,
        "active": found.active,
        "representatives": found.representatives,
        "identities": found.identities,
    }


def _registered(result: Result) -> Registered | None:
    return Registered(**result) if result else None

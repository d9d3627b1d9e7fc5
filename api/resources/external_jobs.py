"""Work for programs outside: they fetch jobs of their kinds, and answer under the lock they got."""

from typing import Any
from uuid import UUID

import structlog
from marshmallow import fields, validate

from accounts import policy
from accounts.policy import Action, Scope
from api.authentication import current_actor, requires
from api.plain_values import plain
from api.resource import Resource
from api.schemas import Shape
from engine.errors import BpmnError, JobFailed
from engine.jobs import external
from engine.jobs.external import LockedJob
from engine.jobs.table import Claimed
from engine.runtime import current_runtime

LONGEST_WAIT, LONGEST_LOCK, LONGEST_DELAY = 30, 3600, 86_400
MOST_JOBS = 50

resource = Resource("external-jobs", "Work for programs outside.")
logger = structlog.get_logger(__name__)


def _name(longest: int = 200, **options: Any) -> fields.String:
    return fields.String(validate=validate.Length(min=1, max=longest), **options)


def _seconds(longest: int, usual: int | None, least: int = 1, **options: Any) -> fields.Integer:
    limits = validate.Range(min=least, max=longest)
    return fields.Integer(load_default=usual, validate=limits, **options)


def _variables() -> fields.Dict:
    return fields.Dict(keys=fields.String(), load_default=dict)


class FetchSchema(Shape):
    """Which jobs, how many, for how long, and how long to wait for some."""

    worker = _name(required=True, metadata={"description": "Your name, for the log."})
    kinds = fields.List(_name(), required=True, validate=validate.Length(min=1, max=MOST_JOBS))
    max_jobs = fields.Integer(load_default=1, validate=validate.Range(min=1, max=MOST_JOBS))
    lock_seconds = _seconds(LONGEST_LOCK, 60)
    wait_seconds = _seconds(LONGEST_WAIT, 0, 0)
    variables = fields.List(
        _name(),
        load_default=None,
        allow_none=True,
        metadata={"description": "Those you need; all that the task sees if you do not say."},
    )


class ExternalJobSchema(Shape):
    """A job that is yours until `locked_until`. `id` stays the same at every attempt."""

    id = fields.UUID(required=True)
    lock = fields.String(required=True)
    locked_until = fields.AwareDateTime(required=True)
    kind = fields.String(required=True)
    attempt = fields.Integer(required=True)
    instance_id = fields.UUID(required=True)
    element = fields.String(required=True)
    business_key = fields.String(required=True)
    headers = fields.Dict(required=True)
    variables = fields.Dict(required=True)
    payload = fields.Dict(required=True)


class ExternalJobsSchema(Shape):
    """The jobs that were locked for you; none when there was no work."""

    jobs = fields.List(fields.Nested(ExternalJobSchema), required=True)


class LockSchema(Shape):
    """What shows that a job is yours."""

    lock = fields.String(required=True, validate=validate.Regexp(r"\A[0-9a-f]{64}\Z"))


class ResultSchema(LockSchema):
    """What the work brought."""

    variables = _variables()


class FailureSchema(LockSchema):
    """Why it was not done; with `retryable` false it becomes an incident at once."""

    message = _name(2000, required=True)
    retryable = fields.Boolean(load_default=True)
    retry_after = _seconds(
        LONGEST_DELAY,
        None,
        0,
        allow_none=True,
        metadata={"description": "Not before so many seconds; later if the policy says so."},
    )


class BpmnErrorSchema(LockSchema):
    """An outcome that the model draws as an error event."""

    code = _name(required=True)
    message = fields.String(load_default="", validate=validate.Length(max=2000))
    variables = _variables()


class ExtensionSchema(LockSchema):
    """For how long, from now, the job is to be yours."""

    lock_seconds = _seconds(LONGEST_LOCK, 60)


class LockedUntilSchema(Shape):
    """When the lock runs out."""

    locked_until = fields.AwareDateTime(required=True)


@resource.route("/external-jobs/fetch-and-lock", methods=["POST"])
@requires(Action.EXTERNAL_JOB_WORK)
@resource.arguments(FetchSchema)
@resource.response(200, ExternalJobsSchema)
def fetch_and_lock(data: dict[str, Any]) -> dict[str, Any]:
    """Lock jobs for yourself; waits for some if there are none and you ask to."""
    for kind in data["kinds"]:
        policy.require(current_actor(), Action.EXTERNAL_JOB_WORK, Scope(job_kind=kind))
    jobs = external.fetch(
        current_runtime(),
        data["kinds"],
        most=data["max_jobs"],
        lock_seconds=data["lock_seconds"],
        wait=data["wait_seconds"],
    )
    for job in jobs:
        logger.info("job fetched", job=str(job.call.id), worker=data["worker"])
    return {"jobs": [_described(job, data["variables"]) for job in jobs]}


@resource.route("/external-jobs/<uuid:job_id>/complete", methods=["POST"])
@requires(Action.EXTERNAL_JOB_WORK)
@resource.arguments(ResultSchema)
@resource.response(204)
def complete_job(data: dict[str, Any], job_id: UUID) -> None:
    """Say that it is done; the variables are those that the task's output mappings see."""
    external.complete(current_runtime(), _locked(job_id, data), data["variables"])


@resource.route("/external-jobs/<uuid:job_id>/failure", methods=["POST"])
@requires(Action.EXTERNAL_JOB_WORK)
@resource.arguments(FailureSchema)
@resource.response(204)
def fail_job(data: dict[str, Any], job_id: UUID) -> None:
    """Say that it could not be done: it is tried again, or left to an operator."""
    failure = JobFailed(
        data["message"], retryable=data["retryable"], retry_after=data["retry_after"]
    )
    external.fail(current_runtime(), _locked(job_id, data), failure)


@resource.route("/external-jobs/<uuid:job_id>/bpmn-error", methods=["POST"])
@requires(Action.EXTERNAL_JOB_WORK)
@resource.arguments(BpmnErrorSchema)
@resource.response(204)
def raise_bpmn_error(data: dict[str, Any], job_id: UUID) -> None:
    """Say that it ended as the model handles by an error event with this code."""
    error = BpmnError(data["code"], data["message"], data["variables"])
    external.raise_bpmn_error(current_runtime(), _locked(job_id, data), error)


@resource.route("/external-jobs/<uuid:job_id>/extend-lock", methods=["POST"])
@requires(Action.EXTERNAL_JOB_WORK)
@resource.arguments(ExtensionSchema)
@resource.response(200, LockedUntilSchema)
def extend_lock(data: dict[str, Any], job_id: UUID) -> dict[str, Any]:
    """Ask for more time."""
    return {"locked_until": external.extend(_locked(job_id, data), data["lock_seconds"])}


@resource.route("/external-jobs/<uuid:job_id>/unlock", methods=["POST"])
@requires(Action.EXTERNAL_JOB_WORK)
@resource.arguments(LockSchema)
@resource.response(204)
def unlock_job(data: dict[str, Any], job_id: UUID) -> None:
    """Give a job back untouched, for anybody to fetch at once."""
    external.unlock(current_runtime(), _locked(job_id, data))


def _locked(job_id: UUID, data: dict[str, Any]) -> Claimed:
    claimed = external.find(job_id, data["lock"])
    policy.require(current_actor(), Action.EXTERNAL_JOB_WORK, Scope(job_kind=claimed.kind))
    return claimed


def _described(job: LockedJob, wanted: list[str] | None) -> dict[str, Any]:
    call = job.call
    names = call.variables if wanted is None else set(wanted) & call.variables.keys()
    return {
        "id": call.id,
        "lock": job.lock,
        "locked_until": job.locked_until,
        "kind": call.kind,
        "attempt": call.attempt,
        "instance_id": call.instance_id,
        "element": call.element_id,
        "business_key": call.business_key,
        "headers": dict(call.headers),
        "variables": {name: plain(call.variables[name]) for name in names},
        "payload": plain(call.payload),
    }

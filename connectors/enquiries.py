"""The job that asks another system about a person; no such system is connected yet."""

from collections.abc import Mapping
from typing import Any, Final

from connectors.jobs import RESTING
from engine.jobs.kinds import JobCall
from engine.runtime import Runtime

SEND: Final = "enquiry.send"


def install(runtime: Runtime) -> None:
    """Let processes send enquiries.

    Where the kind is external (`MOTCUA_EXTERNAL_JOB_KINDS`), a program outside takes the job, and
    delivers the answer later (`POST /enquiries/{id}/answer`). Otherwise the applicant's paper is used.
    """
    runtime.on_job(SEND, _nothing_connected, RESTING)


def _nothing_connected(_job: JobCall) -> Mapping[str, Any]:
    """`enquiry`, `enquiry_id` -> `sent`: whether an answer is to be awaited."""
    return {"sent": False}

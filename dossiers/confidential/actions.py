"""What processes do: `enquiry.open`, `enquiry.fall-back`, `enquiry.close`."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from dossiers.confidential import operations
from dossiers.confidential.errors import EnquiryNotUnderstood
from dossiers.operations.locking import lock_dossier
from dossiers.operations.proceedings import proceeding_of
from engine.jobs.kinds import ActionCall
from engine.runtime import Runtime
from workflows.request_rules import is_period


def install(runtime: Runtime) -> None:
    """Register them."""
    runtime.on_action("enquiry.open", _open)
    runtime.on_action("enquiry.fall-back", _fall_back)
    runtime.on_action("enquiry.close", _close)


def _open(call: ActionCall) -> Mapping[str, Any]:
    dossier = lock_dossier(proceeding_of(call.instance_id).dossier_id)
    asked = call.variables.get("enquiry")
    kind = str(asked.get("kind") or "") if isinstance(asked, Mapping) else ""
    return {"enquiry_id": str(operations.open_enquiry(dossier, call.instance_id, kind).id)}


def _fall_back(call: ActionCall) -> Mapping[str, Any]:
    period = str(call.variables["enquiry"].get("paper_period") or "")
    if not is_period(period):
        raise EnquiryNotUnderstood(fault=f"`paper_period` {period!r} is no duration such as P10D")
    return {"data_there": operations.fall_back(UUID(call.variables["enquiry_id"]), period)}


def _close(call: ActionCall) -> Mapping[str, Any]:
    source = operations.close(UUID(call.variables["enquiry_id"]))
    return {"enquiry_result": {"answered": source is not None, "source": source and str(source)}}

"""What processes do: `sub-dossier.open` in the lead, `sub-dossier.answer` in the part."""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from dossiers.operations.locking import lock_dossier
from dossiers.operations.proceedings import proceeding_of
from dossiers.sub_dossiers import operations
from dossiers.sub_dossiers.asking import read_part
from engine.jobs.kinds import ActionCall, JobCall, Result
from engine.runtime import Runtime

BEGIN: Final = "sub-dossier.begin"


def install(runtime: Runtime) -> None:
    """Register them, and the job that begins the process of a part."""
    runtime.on_action("sub-dossier.open", lambda call: _open(call, runtime))
    runtime.on_action("sub-dossier.answer", _answer)
    runtime.on_job(BEGIN, None, record=_begin)


def _open(call: ActionCall, runtime: Runtime) -> Mapping[str, Any]:
    lead = lock_dossier(proceeding_of(call.instance_id).dossier_id)
    part = read_part(call.variables.get("part"))
    dossier = operations.open_sub_dossier(lead, call.instance_id, part)
    told = {"dossier": str(dossier.id), "process": part.process}
    runtime.enqueue(BEGIN, call.instance_id, told)
    return {
        "opened": {
            "id": str(dossier.id),
            "reference": dossier.reference,
            "code": dossier.code,
            "due": dossier.due_at,
        }
    }


def _answer(call: ActionCall) -> None:
    dossier = lock_dossier(proceeding_of(call.instance_id).dossier_id)
    operations.answer(dossier, call.variables["answer"])


def _begin(call: JobCall, _result: Result) -> None:
    operations.begin(UUID(call.payload["dossier"]), call.payload["process"])

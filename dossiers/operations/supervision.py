"""What operators do to the processes behind dossiers goes on the record of each dossier."""

from typing import Final

from core.audit import note
from core.database import db
from dossiers.audit import DossierTag
from dossiers.models import Proceeding
from dossiers.operations.journal import record
from engine.events import OperatorActed
from engine.models import HistoryKind

TAGS: Final = {
    HistoryKind.INSTANCE_SUSPENDED: DossierTag.PROCESS_SUSPENDED,
    HistoryKind.INSTANCE_RESUMED: DossierTag.PROCESS_RESUMED,
    HistoryKind.INSTANCE_CANCELLED: DossierTag.PROCESS_CANCELLED,
    HistoryKind.VARIABLES_CHANGED: DossierTag.PROCESS_CHANGED,
    HistoryKind.INCIDENT_RETRIED: DossierTag.PROCESS_RETRIED,
    HistoryKind.INTERVENTION_PROPOSED: DossierTag.INTERVENTION_PROPOSED,
    HistoryKind.INTERVENTION_DONE: DossierTag.INTERVENTION_DONE,
    HistoryKind.INTERVENTION_REFUSED: DossierTag.INTERVENTION_REFUSED,
    HistoryKind.INTERVENTION_WITHDRAWN: DossierTag.INTERVENTION_WITHDRAWN,
}


def record_deed(event: OperatorActed) -> None:
    """Chain a deed to the record of the dossier that the process is about, if it is about one."""
    subject = f"instance:{event.instance_id}"
    details = {"element": event.element_id, **event.details}
    about = db.session.get(Proceeding, event.instance_id)
    if about is None:
        note(TAGS[event.deed], actor=event.actor, subject=subject, details=details)
    else:
        record(
            TAGS[event.deed],
            about.dossier_id,
            actor=event.actor,
            subject=subject,
            details=details,
        )

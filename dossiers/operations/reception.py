"""Reception: the moment at which the authority takes a dossier over and the legal clock starts."""

from core.clock import now
from dossiers.audit import DossierTag
from dossiers.calendar import due_at
from dossiers.context import jurisdiction
from dossiers.models import Dossier
from dossiers.operations.counters import next_value
from dossiers.operations.journal import record
from dossiers.settled import calendar_for
from workflows.pack import ServicePack


def receive(dossier: Dossier, pack: ServicePack, agency_code: str) -> None:
    """Give a locked dossier its national code, its moment of reception and its due date."""
    calendar = calendar_for(dossier.agency_id, jurisdiction().calendar)
    limit = pack.manifest.time_limit
    dossier.received_at = now()
    dossier.due_at = due_at(dossier.received_at, limit.amount, limit.unit, calendar)
    dossier.code = _next_code(agency_code)
    record(DossierTag.RECEIVED, dossier.id, actor="system", details={"code": dossier.code})


def _next_code(agency_code: str) -> str:
    """Circular 03/2025/TT-VPCP: agency, date of reception, sequence of the day, without gaps."""
    rules = jurisdiction()
    today = rules.calendar.local_date(now())
    sequence = next_value(f"dossier-code:{agency_code}:{today.isoformat()}")
    return rules.profile.dossier_code.format(agency=agency_code, date=today, sequence=sequence)

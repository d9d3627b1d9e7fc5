"""Reception: the moment at which the authority takes a dossier over and the legal clock starts."""

from datetime import date

from core.clock import now
from dossiers.audit import DossierTag
from dossiers.context import jurisdiction
from dossiers.models import Dossier
from dossiers.operations import clock
from dossiers.operations.counters import next_value
from dossiers.operations.journal import record
from dossiers.operations.proceedings import proceeding_of
from dossiers.settled import unit_for
from workflows.pack import ServicePack


def receive(dossier: Dossier, pack: ServicePack, agency_code: str) -> None:
    """Give a locked dossier its national code, its moment of reception and its due date.

    What it has already stays: one of an older system was received there.
    """
    if dossier.received_at is None:
        clock.start(dossier, pack)
    give_code(dossier, agency_code)
    give_unit(dossier)
    unit = {"unit": str(dossier.unit_id)} if dossier.unit_id else {}
    record(DossierTag.RECEIVED, dossier.id, actor="system", details={"code": dossier.code, **unit})


def give_unit(dossier: Dossier) -> None:
    """Give a dossier that has none to the unit that handles its service, if one is settled."""
    if dossier.unit_id is not None:
        return
    dossier.unit_id = unit_for(dossier.service_key, dossier.agency_id)
    if dossier.unit_id is not None and dossier.instance_id is not None:
        proceeding_of(dossier.instance_id).unit_id = dossier.unit_id


def give_code(dossier: Dossier, agency_code: str) -> None:
    """Give a dossier that has none a national code.

    The profile says how it is written and when its sequence, which has no gaps, begins anew.
    """
    if dossier.code is not None:
        return
    rules = jurisdiction()
    today = rules.calendar.local_date(now())
    sequence = next_value(code_counter(agency_code, today))
    dossier.code = rules.profile.dossier_codes.written(agency_code, today, sequence)


def code_counter(agency_code: str, day: date) -> str:
    """The counter of the codes that an agency gives on a day."""
    period = jurisdiction().profile.dossier_codes.period(day)
    return f"dossier-code:{agency_code}:{period}"

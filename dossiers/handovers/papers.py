"""The control sheet and the register as PDFs: made when somebody asks, kept nowhere."""

from collections.abc import Sequence
from typing import Any, Final

import letters
from accounts.actor import Actor
from accounts.models import Agency
from accounts.places import agency_names, names_at
from core.clock import now
from core.database import db, reading
from dossiers.context import jurisdiction
from dossiers.handovers import register
from dossiers.handovers.errors import RegisterTooLong
from dossiers.handovers.register import Period, RegisterLine
from dossiers.handovers.sheet import Party, SheetRow, control_sheet
from dossiers.letters import LetterSubject, letter_context, with_letter, wording
from dossiers.letters.context import head_of_letter
from dossiers.models import Dossier
from dossiers.queries import pack_of
from letters import qr
from workflows.letters.context import CONTEXT
from workflows.pack import ServicePack

MOST_IN_PDF: Final = 2_000
_SHEET, _REGISTER = "control_sheet", "dossier_register"


def sheet_pdf(dossier: Dossier) -> bytes:
    """The control sheet of a dossier that its caller has found, as of now."""
    pack = with_letter(pack_of(dossier), _SHEET)
    subject = LetterSubject(
        dossier=dossier,
        pack=pack,
        agency=db.session.get_one(Agency, dossier.agency_id),
        agency_names=agency_names(dossier.agency_id),
        handovers=sheet_in_words(dossier),
    )
    context = letter_context(subject, {}, now())
    return _typeset(pack, _SHEET, context, context["dossier"]["track_url"])


def register_pdf(agency: Agency, period: Period, *, visible_to: Actor) -> bytes:
    """The register of a period, as of now; raises RegisterTooLong."""
    if register.count(agency.id, period, visible_to=visible_to) > MOST_IN_PDF:
        raise RegisterTooLong(most=MOST_IN_PDF)
    language = wording.official_language()
    found = register.lines(agency.id, period, visible_to=visible_to, language=language)
    context = {
        **CONTEXT.least(),
        **head_of_letter(agency, names_at(agency), language, now()),
        "register": {
            "first": wording.short_day(period.first),
            "last": wording.short_day(period.last),
            "rows": [_register_row(line) for line in found],
        },
    }
    return _typeset(
        with_letter(ServicePack({}), _REGISTER), _REGISTER, context, jurisdiction().public_url
    )


def sheet_in_words(dossier: Dossier) -> list[dict[str, Any]]:
    """The control sheet of a dossier as letters print it, as of now."""
    with reading():
        return rows_in_words(control_sheet(dossier, wording.official_language()))


def rows_in_words(rows: Sequence[SheetRow]) -> list[dict[str, Any]]:
    """The rows of a sheet as letters print them."""
    return [
        {
            "stage": row.stage,
            "giver": _party(row.giver),
            "receiver": _party(row.receiver),
            "handed_at": wording.moment(row.handed_at),
            "received_at": wording.moment(row.received_at),
            "outcome": row.outcome,
            "timing": str(row.timing),
            "papers": list(row.papers),
            "note": row.note,
        }
        for row in rows
    ]


def _party(party: Party) -> dict[str, str]:
    return {"agency": party.agency, "unit": party.unit, "person": party.person}


def _register_row(line: RegisterLine) -> dict[str, Any]:
    dossier = line.dossier
    return {
        "number": line.number,
        "code": dossier.code or dossier.reference,
        "service": line.service,
        "procedure_code": line.procedure_code,
        "owner": dossier.organisation_name or "",
        "channel": wording.channel(dossier),
        "received": wording.moment(dossier.received_at),
        "due": wording.moment(dossier.due_at),
        "finished": wording.moment(dossier.finished_at),
        "delivered": wording.moment(dossier.delivered_at),
        "status": wording.status(dossier),
        "timing": str(line.outcome),
        "note": "",
    }


def _typeset(pack: ServicePack, name: str, context: dict[str, Any], address: str) -> bytes:
    files = {**pack.letter_files, "qr.svg": qr.svg(address)}
    # Nothing is held while it is typeset.
    db.session.rollback()
    return letters.render(pack.letter(name), data=context, files=files)

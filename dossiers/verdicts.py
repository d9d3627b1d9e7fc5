"""What was found in a file that somebody brought, in words and as plain values for programs."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

import signing
from core.errors import N_
from core.i18n import translated
from dossiers.verifying import Answer, Checked

SENTENCES: Final = {
    Answer.IN_FORCE: N_("Genuine and in force: the register says the same today."),
    Answer.SIGNED: N_("Signed well and unchanged."),
    Answer.ENDED: N_("Genuine, but no longer in force: see the register."),
    Answer.DIFFERS: N_("Signed well, but the register says something else."),
    Answer.REFUSED: N_("Not to be believed."),
}


def told(found: Checked) -> dict[str, Any]:
    """The whole report; sentences in the reader's language, moments in UTC (ISO 8601).

    What only some reports have is null in the others.
    """
    report = found.report
    return {
        "answer": str(found.answer),
        "sentence": translated(SENTENCES[found.answer]),
        "kind": found.kind,
        "sha256": found.sha256,
        "valid": report.valid,
        "valid_now": report.valid_now,
        "signatures": [_signature(each) for each in report.signatures],
        "reasons": _findings(report.reasons),
        "notes": _findings(report.notes),
        "archived_until": _moment(report.archived_until),
        "facts": dict(found.facts),
        "register": _entry(found),
        "differences": [dict(vars(each)) for each in found.differences],
    }


def _signature(each: signing.Signed) -> dict[str, Any]:
    return {
        "signer": each.signer,
        "use": str(each.use),
        "agency": each.agency,
        "issuer": each.issuer,
        "serial": each.serial,
        "certificate_from": _moment(each.valid_from),
        "certificate_until": _moment(each.valid_until),
        "signed_at": _moment(each.signed_at),
        "time_proven_by": each.timestamp.authority if each.timestamp else None,
        "level": str(each.level),
        "valid_then": each.valid_then,
        "valid_now": each.valid_now,
        "revoked_at": _moment(each.revoked_at),
        "changes": each.changes.code,
        "reasons": _findings(each.reasons),
        "notes": _findings(each.notes),
    }


def _findings(found: Iterable[signing.Finding]) -> list[dict[str, str]]:
    return [{"code": each.code, "sentence": translated(each.message)} for each in found]


def _entry(found: Checked) -> dict[str, Any] | None:
    if found.entry is None:
        return None
    entry = found.entry
    return {
        "number": entry.number,
        "state": str(found.state),
        "issued_on": entry.issued_on.isoformat(),
        "valid_until": entry.valid_until.isoformat() if entry.valid_until else None,
    }


def _moment(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None

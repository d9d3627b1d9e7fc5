"""What applicants are told by e-mail when their dossier reaches a status."""

import re
from collections.abc import Mapping, Sequence
from typing import Final
from uuid import UUID

from flask_babel import force_locale, gettext

from administration import Effect, SettingKind, in_force
from administration.kinds import Change
from administration.timeline import Value
from core.errors import N_
from core.i18n import offered
from dossiers.settled.common import form_of
from forms import AnswersInvalid, Path
from workflows.vocabulary import DossierStatus

NOTICE_TEXT: Final = "notice-text"
SENT: Final = "yes"
_PLACE: Final = re.compile(r"\{([^{}]*)\}")
_SAMPLE: Final = {
    "reference": "HS-270607-7KQ2M",
    "code": "H26.16-270607-0001",
    "service": "…",
    "agency": "…",
    "due": "21/06/2027",
    "address": "https://…/dossiers/HS-270607-7KQ2M",
}
_UNKNOWN_PLACE = N_("Nothing fills {%(name)s}. Use only: %(known)s.")
_AN_APPLICANT_READS = N_("An applicant would read: “%(subject)s. %(text)s”")
_NOTHING_IS_SENT = N_("Applicants are no longer told of it by e-mail; they see it on their page.")
_LOOK = N_("See your dossier:\n{address}")
_SUBJECTS: Final = {
    DossierStatus.SUBMITTED: N_("{reference}: your application was sent"),
    DossierStatus.AWAITING_PAYMENT: N_("{reference}: please pay the fee"),
    DossierStatus.RECEIVED: N_("{reference}: your dossier was received"),
    DossierStatus.AWAITING_SUPPLEMENT: N_("{reference}: something is to be supplemented"),
    DossierStatus.NOT_ACCEPTED: N_("{reference}: your dossier was not accepted"),
    DossierStatus.FINISHED: N_("{reference}: your result is ready"),
    DossierStatus.STOPPED: N_("{reference}: your dossier was stopped"),
    DossierStatus.WITHDRAWN: N_("{reference}: your dossier was withdrawn"),
}
_TEXTS: Final = {
    DossierStatus.SUBMITTED: N_("{agency} has your application: {service}."),
    DossierStatus.AWAITING_PAYMENT: N_(
        "The fee for your application ({service}) is to be paid before {agency} goes on."
    ),
    DossierStatus.RECEIVED: N_(
        "{agency} received your dossier ({service}), code {code}. It is to be settled by {due}."
    ),
    DossierStatus.AWAITING_SUPPLEMENT: N_(
        "{agency} asks you to correct or add something ({service}). The time limit rests until you do."
    ),
    DossierStatus.NOT_ACCEPTED: N_(
        "{agency} did not accept your dossier ({service}). Your page says why."
    ),
    DossierStatus.FINISHED: N_("{agency} has settled your dossier ({service})."),
    DossierStatus.STOPPED: N_("{agency} stopped your dossier ({service}). Your page says why."),
    DossierStatus.WITHDRAWN: N_("Your dossier ({service}) was withdrawn, as you asked."),
}


def notice_texts() -> SettingKind:
    """The kind."""
    return SettingKind(
        NOTICE_TEXT,
        N_("Notices to applicants"),
        N_("What applicants are told by e-mail when their dossier reaches a status."),
        form_of(NOTICE_TEXT),
        key=_key,
        title=_title,
        check=_check_places,
        effects=_effects,
        defaults=_defaults,
    )


def notice_text(status: DossierStatus, language: str, agency_id: UUID) -> Value | None:
    """`subject` and `text` to send, with places to fill; None where nothing is told."""
    decided = in_force(NOTICE_TEXT, agency_id).get(f"{status}/{language}")
    value = decided or (_default(status, language) if status in _TEXTS else None)
    return value if value and value["sent"] == SENT else None


def filled(text: str, facts: Mapping[str, str]) -> str:
    """The text with its places filled; a place that nothing fills stays as it is."""
    return _PLACE.sub(lambda place: facts.get(place[1], place[0]), text)


def _key(value: Value) -> str:
    return f"{value['status']}/{value['language']}"


def _title(value: Value) -> str:
    return str(value.get("subject") or _key(value))


def _check_places(value: Value) -> None:
    """Raise AnswersInvalid for a place that nothing fills."""
    known = ", ".join(f"{{{name}}}" for name in _SAMPLE)
    faults: dict[Path, list[str]] = {
        (part,): [gettext(_UNKNOWN_PLACE, name=name, known=known)]
        for part in ("subject", "text")
        for name in _PLACE.findall(value.get(part) or "")
        if name not in _SAMPLE
    }
    if faults:
        raise AnswersInvalid(faults)


def _effects(change: Change) -> Sequence[Effect]:
    value = change.ruling.value or {}
    if value.get("sent") != SENT:
        return (Effect(_NOTHING_IS_SENT),)
    sample = {part: filled(value[part], _SAMPLE) for part in ("subject", "text")}
    return (Effect(_AN_APPLICANT_READS, sample),)


def _defaults() -> list[Value]:
    return [_default(status, language) for status in _TEXTS for language in offered()]


def _default(status: DossierStatus, language: str) -> Value:
    with force_locale(language):
        text = f"{gettext(_TEXTS[status])}\n\n{gettext(_LOOK)}"
        subject = gettext(_SUBJECTS[status])
    return {
        "status": str(status),
        "language": language,
        "sent": SENT,
        "subject": subject,
        "text": text,
    }

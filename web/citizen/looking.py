"""Looks at a dossier in words that its owner understands."""

from typing import Final

from accounts.actor import Role
from core.errors import N_
from core.i18n import translated
from dossiers.audit import DossierTag
from dossiers.looks import Purpose

_PURPOSES: Final = {
    Purpose.HANDLING: N_("Handling the dossier"),
    Purpose.AUDIT: N_("Audit"),
    Purpose.OPERATION: N_("Operation of the system"),
    Purpose.PROCESS: N_("Part of the process"),
    Purpose.CLAIM: N_("Checking a claim"),
    Purpose.OTHER: N_("For another reason"),
}
_DEEDS: Final[dict[str, str]] = {
    DossierTag.VIEWED: N_("Opened the dossier"),
    DossierTag.DOCUMENT_READ: N_("Read a document"),
    DossierTag.PROCESS_READ: N_("Looked inside the process"),
    DossierTag.UNMASKED: N_("Saw a hidden answer"),
    DossierTag.CONFIDENTIAL_READ: N_("Read confidential data about you"),
    DossierTag.REGISTER_ASKED: N_("Asked the enterprise register"),
}
_ROLES: Final = {
    Role.DESK_CLERK: N_("Desk clerk"),
    Role.OFFICER: N_("Officer"),
    Role.DIRECTOR: N_("Director"),
    Role.AUDITOR: N_("Auditor"),
    Role.OPERATOR: N_("Operator"),
}


def purpose_name(purpose: str) -> str:
    """What a look was for."""
    return translated(_PURPOSES.get(Purpose(purpose), _PURPOSES[Purpose.OTHER]))


def deed_name(tag: str) -> str:
    """What was done, by the word of the record."""
    return translated(_DEEDS[tag])


def role_name(role: str) -> str:
    """In which role; the system where none is named."""
    known = _ROLES.get(Role(role)) if role in set(Role) else None
    return translated(known or N_("The system"))

"""What stands at the head and the foot of an agency's letters."""

from collections.abc import Mapping
from typing import Final
from uuid import UUID

from administration import SettingKind, in_force
from core.errors import N_
from dossiers.settled.common import form_of

LETTERHEAD: Final = "letterhead"


def letterheads() -> SettingKind:
    """The kind."""
    return SettingKind(
        LETTERHEAD,
        N_("Heads of letters"),
        N_("The body above an agency, where it writes, and who signs its letters."),
        form_of(LETTERHEAD),
        key=lambda _value: "letterhead",
        title=lambda value: str(value.get("signer_name") or value.get("place") or ""),
        second_person=True,
        everywhere=False,
    )


def letterhead_of(agency_id: UUID) -> Mapping[str, str]:
    """What was decided for an agency today; empty when nothing was."""
    decided = in_force(LETTERHEAD, agency_id).get("letterhead", {})
    return {name: str(value) for name, value in decided.items() if value}

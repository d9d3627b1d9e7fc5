"""By which of its keys an agency seals."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from administration import Effect, SettingKind, in_force
from administration.kinds import Change
from core.errors import N_
from dossiers.settled.common import form_of
from signing import seal_keys

SEAL_KEY: Final = "seal-key"
_SEALS_BY = N_(
    "From %(first)s on results are sealed by “%(subject)s”, whose certificate ends on %(last)s."
)
_NOT_HERE = N_(
    "This server holds no such key of the agency: from %(first)s on no result could be sealed."
)


def seal_keys_in_use() -> SettingKind:
    """The kind."""
    return SettingKind(
        SEAL_KEY,
        N_("Keys of seals"),
        N_("By which of its keys an agency seals results; without a decision, by the newest."),
        form_of(SEAL_KEY),
        key=lambda _value: "seal",
        title=lambda value: str(value["serial"]),
        second_person=True,
        everywhere=False,
        effects=_effects,
    )


def seal_serial(agency_id: UUID) -> str:
    """The serial number of the key that seals for an agency today; empty for its newest."""
    decided = in_force(SEAL_KEY, agency_id).get("seal")
    return str(decided["serial"]) if decided else ""


def _effects(change: Change) -> Sequence[Effect]:
    value, first = change.ruling.value or {}, change.ruling.valid_from
    for key in seal_keys(str(change.agency_id)):
        if key.serial == value.get("serial"):
            params = {"first": first, "subject": key.subject, "last": key.valid_until.date()}
            return (Effect(_SEALS_BY, params),)
    return (Effect(_NOT_HERE, {"first": first}),)

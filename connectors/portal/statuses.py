"""Our status vocabulary in the national portal's codes, from the jurisdiction's profile."""

from dataclasses import dataclass

from dossiers.models import DossierStatus
from workflows.profiles import read_profile


@dataclass(frozen=True)
class NationalStatus:
    """A status as the portal knows it: its code and its official name."""

    code: str
    name: str


def national_status(status: DossierStatus, profile: str) -> NationalStatus | None:
    """The portal's word for a status; None where the portal has none, as for a draft."""
    entry = read_profile(profile).national_status.get(status)
    return None if entry is None else NationalStatus(entry["code"], entry["name"])

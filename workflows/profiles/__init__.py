"""Jurisdiction profiles: what is particular to a country, as data."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml
from flask import Flask, current_app, has_app_context

from core.errors import InvalidSetting
from workflows.profiles.dossier_codes import DossierCodes, read_codes
from workflows.profiles.feedback_rules import (
    NO_PETITIONS,
    PetitionRules,
    RatingValue,
    read_petition_rules,
    read_ratings,
)
from workflows.profiles.second_facts import NOBODY, GuestRules, SecondFact, read_rules
from workflows.vocabulary import DossierStatus

__all__ = [
    "DEFAULT_PROFILE",
    "GuestRules",
    "Profile",
    "SecondFact",
    "current_profile",
    "install",
    "read_profile",
    "trust_list_of",
]

DEFAULT_PROFILE: Final = "vn"
_EXTENSION: Final = "motcua.profile"


@dataclass(frozen=True)
class Profile:
    """One jurisdiction's languages, money, codes, status map and calendar.

    `codes` are code tables by name, as in `codes.yaml`.
    `looks_named`: whether the owner of a dossier is told the names of those who looked at it.
    `guests`: whether and how services may be used without an account.
    `refused_status`: what a dossier counts as once what it asked for is refused after reception.
    `received_anywhere`: whether an agency may take in what another one settles.
    `stages_named`: whether applicants read the names of people on the stages of their dossiers.
    `petitions` and `ratings`: terms of petitions, and what applicants may say of how it was.
    `letters`: the letters that every service has, by file name; parts of letters begin with `_`.
    `reports`: what reports count and when they are made, as in `reports.yaml`.
    `wording`: how letters word moments and days (patterns of strftime), and channels.
    """

    key: str
    name: Mapping[str, str]
    languages: tuple[str, ...]
    currency: Mapping[str, Any]
    dossier_codes: DossierCodes
    reference: str
    national_status: Mapping[str, Mapping[str, str]]
    calendar: Mapping[str, Any]
    codes: Mapping[str, Any] = field(default_factory=dict)
    looks_named: bool = False
    guests: GuestRules = NOBODY
    refused_status: DossierStatus = DossierStatus.FINISHED
    petitions: PetitionRules = NO_PETITIONS
    ratings: tuple[RatingValue, ...] = ()
    stages_named: bool = False
    received_anywhere: bool = False
    letters: Mapping[str, bytes] = field(default_factory=dict)
    wording: Mapping[str, Any] = field(default_factory=dict)
    reports: Mapping[str, Any] = field(default_factory=dict)

    @property
    def time_zone(self) -> str:
        """The IANA name of the zone in which legal dates are counted."""
        return str(self.calendar["time_zone"])


@cache
def read_profile(key: str) -> Profile:
    """Read a profile by its key, or by the whole path of its folder.

    Raises InvalidSetting when there is none.
    """
    folder = Path(__file__).parent / key
    if not (folder / "profile.yaml").is_file():
        raise InvalidSetting(variable="MOTCUA_PROFILE", value=key)
    data = yaml.safe_load((folder / "profile.yaml").read_text("utf-8"))
    return Profile(
        key=key,
        name=data["name"],
        languages=tuple(data["languages"]),
        currency=data["currency"],
        dossier_codes=read_codes(data["dossier_code"]),
        reference=data["reference"]["pattern"],
        national_status=data["national_status"],
        calendar=yaml.safe_load((folder / "calendar.yaml").read_text("utf-8")),
        codes=_codes(folder / "codes.yaml"),
        looks_named=data.get("looks", {}).get("named", False),
        guests=read_rules(data.get("without_account", {})),
        refused_status=_refused(data.get("refusal", {})),
        petitions=read_petition_rules(data.get("petitions", {})),
        ratings=read_ratings(data.get("ratings", {})),
        stages_named=data.get("stages", {}).get("named", False),
        received_anywhere=data.get("reception", {}).get("anywhere", False),
        letters=_letters(folder / "letters"),
        wording=data.get("letters", {}),
        reports=_codes(folder / "reports.yaml"),
    )


def trust_list_of(key: str) -> Path | None:
    """The file of a profile that names the authorities it believes, if there is one."""
    path = Path(__file__).parent / key / "trust.yaml"
    return path if path.is_file() else None


def install(app: Flask, key: str) -> None:
    """Let an application have a profile; raises InvalidSetting when there is no such one."""
    app.extensions[_EXTENSION] = read_profile(key)


def current_profile() -> Profile:
    """The profile of the current application."""
    found: Profile = current_app.extensions[_EXTENSION]
    return found


def profile_at_hand() -> Profile | None:
    """The profile of the current application; None without one, as where a pack is only looked at."""
    return current_app.extensions.get(_EXTENSION) if has_app_context() else None


def _letters(folder: Path) -> Mapping[str, bytes]:
    """The letters of a profile that has any."""
    return {path.name: path.read_bytes() for path in sorted(folder.glob("[!.]*")) if path.is_file()}


def _refused(rule: Mapping[str, Any]) -> DossierStatus:
    """Refused is settled, or else stopped."""
    said = rule.get("counts_as", DossierStatus.FINISHED)
    return DossierStatus.STOPPED if said == DossierStatus.STOPPED else DossierStatus.FINISHED


def _codes(file: Path) -> Mapping[str, Any]:
    """What a file of a profile says, if there is one."""
    found: Mapping[str, Any] = yaml.safe_load(file.read_text("utf-8")) if file.is_file() else {}
    return found

"""What this room was given when the application was built: the profile and its calendar."""

from dataclasses import dataclass

from flask import Flask, current_app

from core.config import Settings
from dossiers.calendar import Calendar
from dossiers.time_limits import CountingRules
from workflows import profiles
from workflows.profiles import Profile

_EXTENSION = "motcua.dossiers"


@dataclass(frozen=True)
class Jurisdiction:
    """The rules of the place: its profile, the calendar in which its days are counted, and how."""

    profile: Profile
    calendar: Calendar
    counting: CountingRules
    public_url: str


def install(app: Flask, settings: Settings) -> None:
    """Read the configured profile into the application."""
    profiles.install(app, settings.profile)
    profile = profiles.read_profile(settings.profile)
    calendar = Calendar.from_profile(profile.calendar)
    counting = CountingRules(**profile.calendar.get("counting", {}))
    address = settings.public_url.rstrip("/")
    app.extensions[_EXTENSION] = Jurisdiction(profile, calendar, counting, address)


def jurisdiction() -> Jurisdiction:
    """The rules of the current application."""
    found: Jurisdiction = current_app.extensions[_EXTENSION]
    return found

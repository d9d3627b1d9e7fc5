"""For whom a visitor may begin an application, and in whose name a dossier was sent."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import request

from accounts import queries as accounts
from accounts.actor import DRAFTING, Actor, MandateScope
from accounts.representing import queries
from accounts.representing.queries import MandateView
from core.errors import NotFound
from dossiers.edits import Edit, edits
from dossiers.models import Dossier

ORGANISATION, MANDATE = "organisation", "mandate"


@dataclass(frozen=True)
class Choice:
    """Somebody for whom to apply; `value` is what the form sends."""

    value: str
    name: str


@dataclass(frozen=True)
class Change:
    """Who changed a draft, when, and which questions, in words."""

    edit: Edit
    person: str
    questions: tuple[str, ...]


def principals(actor: Actor, service_key: str) -> list[Choice]:
    """The organisations and the givers of mandates for whom a service may be drafted."""
    choices = [
        Choice(f"{ORGANISATION}:{number}", queries.organisation_name(number))
        for number in sorted(actor.organisations_as(DRAFTING))
    ]
    for held in sorted(actor.mandates_for([MandateScope.PREPARE])):
        view = queries.mandate_of(held)
        if view and service_key in (view.mandate.services or [service_key]):
            choices.append(Choice(f"{MANDATE}:{held}", view.mandate.principal_name))
    return choices


def chosen_principal() -> dict[str, Any]:
    """What `start_draft` is told of the choice; raises NotFound for nonsense."""
    sort, _, name = request.form.get("for", "").partition(":")
    if sort == ORGANISATION:
        return {"organisation": name}
    if sort == MANDATE:
        try:
            return {"mandate_id": UUID(name)}
        except ValueError as error:
            raise NotFound from error
    return {}


def in_whose_name(dossier: Dossier) -> dict[str, Any]:
    """What a page tells of the sender: his name, the organisation, the mandate."""
    view: MandateView | None = queries.mandate_of(dossier.mandate_id)
    return {
        "sender": name_of(dossier.submitted_by),
        "organisation": queries.organisation_name(dossier.acting_for) if dossier.acting_for else "",
        "mandate": view.mandate if view else None,
        "agent": view.agent if view else "",
        "held": view is not None and not view.in_force and dossier.mandate_confirmed_at is None,
    }


def changes(dossier: Dossier, questions: dict[str, str], *, after: int = 0) -> list[Change]:
    """Who changed a draft behind a version, newest first; `questions` are labels by their keys."""
    return [
        Change(edit, name_of(edit.actor), tuple(_labels(edit.fields, questions)))
        for edit in edits(dossier.id, after=after)
    ]


def name_of(actor_id: str | None) -> str:
    """The name of an actor as of now; empty when there is none."""
    found = accounts.actor(actor_id) if actor_id else None
    return found.name if found else ""


def _labels(fields: Iterable[str], questions: dict[str, str]) -> list[str]:
    return sorted({questions[field] for field in fields if field in questions})

"""What pages show of requests, to applicants and to staff."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from accounts import policy
from accounts.actor import Actor
from accounts.policy import Action
from core.errors import N_
from core.i18n import translated
from dossiers.masking import application_form
from dossiers.models import Dossier
from dossiers.requests.models import DossierRequest, RequestKind, RequestState
from dossiers.requests.operations.supplements import ENQUIRY
from dossiers.requests.parts import PAPER, name_of_part, questions_of
from dossiers.requests.queries import may_answer, requests_of
from dossiers.requests.telling import KIND_NAMES
from web import languages
from workflows.queries import service_version

HIDDEN: Final = "•••"
_STATES: Final = {
    RequestState.ASKED: (N_("waits for an answer"), "blue"),
    RequestState.GRANTED: (N_("granted"), "green"),
    RequestState.DENIED: (N_("denied"), "red"),
    RequestState.FULFILLED: (N_("done"), "green"),
    RequestState.LAPSED: (N_("lapsed"), "grey"),
    RequestState.TAKEN_BACK: (N_("taken back"), "grey"),
}


@dataclass(frozen=True)
class Item:
    """A defect of a list; `number` counts from 1, `page_id` is the page of its question, if any."""

    number: int
    part: str
    label: str
    defect: str
    remedy: str
    legal_basis: str
    done: bool
    page_id: str = ""

    @property
    def paper(self) -> str:
        """The kind of paper that it is about; empty for a question."""
        return self.part.removeprefix(PAPER) if self.part.startswith(PAPER) else ""


@dataclass(frozen=True)
class Shown:
    """A request as a page tells of it; `changes` are label, before and after of answers."""

    request: DossierRequest
    kind: str
    state: str
    colour: str
    items: Sequence[Item]
    fields: Sequence[str]
    granted: Sequence[str]
    changes: Sequence[tuple[str, str, str]]
    old_due: datetime | None
    new_due: datetime | None
    answerable: bool
    own: bool

    @property
    def in_place_of_data(self) -> bool:
        """Whether no officer asks, but the process because no data came, and still waits."""
        return ENQUIRY in self.request.what and self.request.state is RequestState.ASKED


def shown_requests(dossier: Dossier, *, visible_to: Actor) -> list[Shown]:
    """All requests about a dossier that a reader is told of, newest first."""
    return [
        shown(each, dossier, visible_to) for each in requests_of(dossier, visible_to=visible_to)
    ]


def shown(request: DossierRequest, dossier: Dossier, actor: Actor) -> Shown:
    """One request in the reader's language."""
    state, colour = _STATES[request.state]
    what = request.what
    return Shown(
        request=request,
        kind=translated(KIND_NAMES[request.kind]),
        state=translated(state),
        colour=colour,
        items=items_of(request, dossier),
        fields=_named(dossier, what.get("fields", [])),
        granted=_named(dossier, what.get("granted", [])),
        changes=_changes(request, dossier, actor),
        old_due=_moment(what.get("old_due")),
        new_due=_moment(what.get("new_due")),
        answerable=may_answer(request, dossier, actor),
        own=request.asked_by == actor.id
        and request.state is RequestState.ASKED
        and request.kind is not RequestKind.SUPPLEMENT,
    )


def items_of(request: DossierRequest | None, dossier: Dossier) -> list[Item]:
    """The defects of a list in the reader's language; none for no list."""
    if request is None:
        return []
    pack, pages = service_version(dossier.service_version), _pages(dossier)
    return [
        Item(
            number=number,
            part=each["part"],
            label=name_of_part(pack, each["part"], languages.current()),
            defect=each["defect"],
            remedy=each["remedy"],
            legal_basis=each["legal_basis"],
            done=each["done"],
            page_id=pages.get(each["part"], ""),
        )
        for number, each in enumerate(request.what.get("items", []), 1)
    ]


def _pages(dossier: Dossier) -> Mapping[str, str]:
    """The page of each question."""
    form = application_form(dossier)
    return {
        str(component.key): page.id
        for page in form.pages
        for component in page.components
        if component.key is not None
    } | {
        str(child.key): page.id
        for page in form.pages
        for component in page.components
        for child in component.children
        if component.key is None and child.key is not None
    }


def _named(dossier: Dossier, keys: Sequence[str]) -> list[str]:
    pack = service_version(dossier.service_version)
    return [name_of_part(pack, key, languages.current()) for key in keys]


def _changes(request: DossierRequest, dossier: Dossier, actor: Actor) -> list[tuple[str, str, str]]:
    """Corrected answers before and after; what is personal only for those who may see it."""
    known = questions_of(dossier)
    open_to = policy.allows(actor, Action.DOSSIER_VIEW_PERSONAL, dossier)
    told = []
    for each in request.what.get("changes", []):
        component = known.get(each["field"])
        hidden = (component is None or component.personal) and not open_to
        name = _named(dossier, [each["field"]])[0]
        told.append(
            (name, HIDDEN, HIDDEN)
            if hidden
            else (name, _worded(component, each["before"]), _worded(component, each["after"]))
        )
    return told


def _worded(component: Any, value: Any) -> str:
    if value is None:
        return "–"
    if component is not None and component.choices and isinstance(value, str):
        return str(component.option_label(value, languages.current()))
    return str(value)


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None

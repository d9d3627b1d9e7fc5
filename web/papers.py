"""What a dossier's pages show of its answers and papers, in the reader's language."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from accounts.actor import Actor, Role
from accounts.places import agency_names
from core.clock import day_of
from core.database import db
from core.i18n import pick
from dossiers import queries
from dossiers.letters import fact_in_words
from dossiers.masking import application_form, shown_rows
from dossiers.models import Document, Dossier, DossierStatus
from dossiers.operations.documents import AUTHORITY
from dossiers.operations.reasons import reasons
from engine.answered import answers_by_task
from engine.models import Task, TaskState
from forms import Row, code_tables
from web.languages import current
from workflows.pack import ServicePack

NOTICED: frozenset[DossierStatus] = frozenset(
    {DossierStatus.AWAITING_SUPPLEMENT, DossierStatus.NOT_ACCEPTED}
)


@dataclass(frozen=True)
class NamedDocument:
    """A document and what its kind is called."""

    name: str
    document: Document


@dataclass(frozen=True)
class Section:
    """A page's questions with their answers."""

    title: str
    page_id: str
    rows: list[Row]


@dataclass(frozen=True)
class Decision:
    """A completed task: what it was, when it ended, whose it was, and its answers."""

    step: str
    at: datetime | None
    groups: tuple[str, ...]
    rows: list[Row]


@dataclass(frozen=True)
class AppliedRules:
    """A decision table that was asked: when, and why it answered as it did, a sentence a line."""

    at: datetime
    lines: list[str]


def names_of(dossiers: Iterable[Dossier]) -> dict[UUID, str]:
    """What service each dossier is for."""
    return {each.id: pick(queries.pack_of(each).manifest.name, current()) for each in dossiers}


def sections_of(dossier: Dossier, *, visible_to: Actor) -> list[Section]:
    """The questions of the application with their answers, page by page, as this actor sees them."""
    form = application_form(dossier)
    with code_tables.as_of(day_of(dossier.submitted_at)):
        told = form.summary(dossier.answers, current())
        pages = form.visible_pages(dossier.answers)
    rows = shown_rows(form, dossier.answers, told, dossier, visible_to)
    return [
        Section(page.title(current()), page.id, [row for row in rows if row.page_id == page.id])
        for page in pages
    ]


def fact_text(pack: ServicePack, fact: str, value: Any, day: date) -> str:
    """A fact published on a day as people read it: the answer's words where it is a choice."""
    return fact_in_words(pack, fact, value, language=current(), day=day)


def named_documents(dossier: Dossier) -> list[NamedDocument]:
    """All papers of a dossier, with their names."""
    pack = queries.pack_of(dossier)
    return [
        NamedDocument(pack.document_name(each.document_type, current()), each)
        for each in queries.documents(dossier)
    ]


def name_of_paper(document: Document, language: str) -> str:
    """What the kind of a document is called, by the service of its dossier, which is read along."""
    return queries.pack_of(document.dossier).document_name(document.document_type, language)


def issued_documents(dossier: Dossier) -> list[NamedDocument]:
    """The papers that the authority made."""
    return [each for each in named_documents(dossier) if each.document.origin == AUTHORITY]


def said_by_the_agency(dossier: Dossier, *, visible_to: Actor) -> list[Row]:
    """What the official wrote who asked for more, or did not accept the dossier."""
    if dossier.status not in NOTICED or dossier.instance_id is None:
        return []
    pack = queries.pack_of(dossier)
    decided = decisions(dossier.instance_id, pack, of=dossier, visible_to=visible_to)
    return next((each.rows for each in decided if Role.APPLICANT not in each.groups), [])


def applied_rules(dossier: Dossier) -> list[AppliedRules]:
    """Why the fee, the papers and the rest are what they are, oldest first."""
    return [
        AppliedRules(each.made_at, pick(each.explanation, current()).splitlines())
        for each in reasons(dossier)
    ]


def decisions(
    instance_id: UUID, pack: ServicePack, *, of: Dossier, visible_to: Actor
) -> list[Decision]:
    """What was answered in the completed tasks of a process, newest first, as this actor sees it.

    Where several are asked at once, as the members of a council, nobody reads what the others said
    before all have answered or the period is over.
    """
    tasks = db.session.scalars(
        select(Task)
        .where(
            Task.instance_id == instance_id, Task.state.in_((TaskState.COMPLETED, TaskState.OPEN))
        )
        .order_by(Task.ended_at.desc())
    ).all()
    asked_still = {_round(task) for task in tasks if task.state == TaskState.OPEN}
    ended = [task for task in tasks if task.state == TaskState.COMPLETED]
    answers = answers_by_task(instance_id) if ended else {}
    told = {task.id: answers.get(task.id, {}) for task in ended if _round(task) not in asked_still}
    return [_decision(task, pack, told.get(task.id, {}), of, visible_to) for task in ended]


def _round(task: Task) -> tuple[str, datetime]:
    """What those who are asked at once have in common."""
    return task.element_id, task.created_at


def _decision(
    task: Task, pack: ServicePack, answers: Mapping[str, Any], dossier: Dossier, actor: Actor
) -> Decision:
    form = pack.form(task.form_key)
    with code_tables.as_of(day_of(task.ended_at)):
        told = form.summary(answers, current())
    rows = shown_rows(form, answers, told, dossier, actor)
    return Decision(
        step=pack.element_name(task.element_id, task.name, current()),
        at=task.ended_at,
        groups=tuple(task.candidate_groups),
        rows=[row for row in rows if row.answered],
    )


def agency_of(dossier: Dossier) -> str:
    """What the agency of a dossier was called when it got it; a draft shows today's name."""
    return pick(agency_names(dossier.agency_id, dossier.submitted_at), current())

"""What is kept about one dossier, as far as the person may see it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from sqlalchemy import select

from accounts import policy
from accounts.actor import Actor, Role
from accounts.places import agency_names
from accounts.policy import Action
from core.database import db
from core.i18n import pick, translated
from dossiers import queries
from dossiers.confidential.models import DataEnquiry
from dossiers.confidential.queries import enquiries_of
from dossiers.fees.models import FeeLine
from dossiers.fees.queries import OrderView, fees_of
from dossiers.looks import looks_of
from dossiers.masking import application_form, shown_answers, shown_rows
from dossiers.models import Document, Dossier
from dossiers.opening import opens
from dossiers.operations.reasons import reasons
from dossiers.privacy.copying import words
from dossiers.privacy.copying.pages import Cell, Section, link
from dossiers.requests.models import DossierRequest
from dossiers.requests.queries import requests_of
from dossiers.requests.telling import KIND_NAMES
from engine import queries as engine
from engine.models import Task, TaskState
from engine.queries import EVERYTHING
from storage.inspection.names import safe_name

Files: TypeAlias = list[tuple[str, Document]]

PAGE = 50
MOST_LOOKS = 1000


@dataclass(frozen=True)
class Case:
    """A dossier in JSON and in sections of its page; `files` are its documents with their names."""

    dossier: Dossier
    service: str
    content: dict[str, Any]
    sections: list[Section]
    files: Files


def dossiers_of(actor: Actor) -> Iterator[Dossier]:
    """All dossiers that are his, or of his organisations; page by page, newest first."""
    after = None
    while page := queries.dossiers(visible_to=actor, after=after, limit=PAGE):
        yield from page
        after = page[-1].id
        if len(page) < PAGE:
            return


def case_of(dossier: Dossier, actor: Actor, language: str) -> Case:
    """One dossier, told in a language."""
    service = pick(queries.pack_of(dossier).manifest.name, language)
    files = _files(dossier, actor)
    answered = list(_answers(dossier, actor, language))
    looks = list(_looks(dossier, actor))
    orders = fees_of(dossier, visible_to=actor)
    sections = [
        Section(service, _dates(dossier, language)),
        Section(translated(words.HISTORY), _history(dossier)),
        Section(translated(words.ANSWERS), answered),
        Section(translated(words.REQUESTS), _requests(dossier, actor), _names(_REQUEST_COLUMNS)),
        Section(
            translated(words.ENQUIRIES),
            _enquiries(dossier, actor, language),
            _names(_ENQUIRY_COLUMNS),
        ),
        Section(translated(words.FEES), _fees(orders), _names(_FEE_COLUMNS)),
        Section(translated(words.FEE_LINES), _fee_lines(orders, language), _names(_LINE_COLUMNS)),
        Section(translated(words.DOCUMENTS), _papers(files, language), _names(_FILE_COLUMNS)),
        Section(translated(words.RULES), _rules(dossier, language)),
        Section(translated(words.LOOKS), looks, _names(_LOOK_COLUMNS)),
    ]
    content = _content(dossier, actor, files, looks)
    return Case(dossier, service, content, sections, files)


_REQUEST_COLUMNS = (words.WHEN, words.WHAT, words.REASON, words.ANSWER)
_ENQUIRY_COLUMNS = (
    words.WHEN,
    words.WHAT,
    words.PURPOSE,
    words.LEGAL_BASIS,
    words.ANSWERED_ON,
)
_FEE_COLUMNS = (words.REFERENCE, words.AMOUNT, words.STATE, words.PAID)
_LINE_COLUMNS = (words.REFERENCE, words.FEE, words.AMOUNT, words.RULE, words.TAKEN_OFF)
_FILE_COLUMNS = (words.KIND, words.FILE, words.ADDED)
_LOOK_COLUMNS = (words.WHEN, words.WHAT, words.ROLE, words.PURPOSE)


def _content(
    dossier: Dossier, actor: Actor, files: Files, looks: list[tuple[str, ...]]
) -> dict[str, Any]:
    """The dossier for programs."""
    columns = ("id", "reference", "code", "service_key", "status", "language", "acting_for")
    moments = ("created_at", "submitted_at", "received_at", "due_at", "finished_at", "delivered_at")
    entry = queries.entry_of(dossier)
    return {
        **{name: getattr(dossier, name) for name in (*columns, *moments)},
        "answers": shown_answers(dossier, visible_to=actor)[0],
        "history": [{"status": e.status, "at": e.at} for e in queries.timeline(dossier)],
        "fees": [_fee(each) for each in fees_of(dossier, visible_to=actor)],
        "documents": [_document(name, each) for name, each in files],
        "register_number": entry.number if entry else None,
        "requests": [_request(each) for each in requests_of(dossier, visible_to=actor)],
        "enquiries": [_enquiry(each) for each in enquiries_of(dossier, visible_to=actor)],
        "looks": [
            dict(zip(("at", "what", "role", "purpose"), each, strict=True)) for each in looks
        ],
    }


def _fee(view: OrderView) -> dict[str, Any]:
    columns = ("reference", "amount", "currency", "state", "created_at", "paid_at")
    of_line = ("fee", "amount", "full_amount", "source", "exemption")
    lines = [{name: getattr(line, name) for name in of_line} for line in view.lines]
    return {**{name: getattr(view.order, name) for name in columns}, "lines": lines}


def _request(request: DossierRequest) -> dict[str, Any]:
    columns = ("kind", "round", "state", "reason", "what", "asked_at", "answer", "answered_at")
    return {name: getattr(request, name) for name in columns}


def _enquiry(enquiry: DataEnquiry) -> dict[str, Any]:
    columns = ("kind", "purpose", "legal_basis", "state", "asked_at", "answered_at", "source")
    return {name: getattr(enquiry, name) for name in columns}


def _enquiries(dossier: Dossier, actor: Actor, language: str) -> list[tuple[str, ...]]:
    """What other systems were asked about him; what they answered is learned from them."""
    pack = queries.pack_of(dossier)
    return [
        (
            words.moment(each.asked_at),
            pack.document_name(each.kind, language),
            each.purpose,
            each.legal_basis,
            words.moment(each.answered_at),
        )
        for each in enquiries_of(dossier, visible_to=actor)
    ]


def _requests(dossier: Dossier, actor: Actor) -> list[tuple[str, ...]]:
    """What was asked about it, with the defects of lists."""
    return [
        (
            words.moment(each.asked_at),
            translated(KIND_NAMES[each.kind]),
            "; ".join([each.reason, *(item["defect"] for item in each.what.get("items", []))]),
            each.answer or "–",
        )
        for each in requests_of(dossier, visible_to=actor)
    ]


def _document(name: str, document: Document) -> dict[str, Any]:
    columns = ("document_type", "origin", "media_type", "size", "sha256", "added_at")
    return {"file": name, **{column: getattr(document, column) for column in columns}}


def _files(dossier: Dossier, actor: Actor) -> Files:
    """Its documents with their names in the copy."""
    if not policy.allows(actor, Action.DOCUMENT_VIEW, dossier):
        return []
    return [
        (f"documents/{number:04d}-{safe_name(each.file_name)}", each)
        for number, each in enumerate(queries.documents_there(dossier), 1)
        if opens(each, dossier, visible_to=actor)
    ]


def _dates(dossier: Dossier, language: str) -> list[tuple[str, str]]:
    agency = pick(agency_names(dossier.agency_id, dossier.submitted_at), language)
    entry = queries.entry_of(dossier)
    return [
        (translated(words.REFERENCE), dossier.reference),
        (translated(words.CODE), dossier.code or "–"),
        (translated(words.AGENCY), agency),
        (translated(words.STATUS), words.status_name(dossier.status)),
        (translated(words.SENT), words.moment(dossier.submitted_at)),
        (translated(words.RECEIVED), words.moment(dossier.received_at)),
        (translated(words.SETTLED), words.moment(dossier.finished_at)),
        (translated(words.RESULT), f"{entry.number} ({entry.state})" if entry else "–"),
    ]


def _history(dossier: Dossier) -> list[tuple[str, str]]:
    changes = queries.timeline(dossier)
    return [(words.moment(each.at), words.status_name(each.status)) for each in changes]


def _answers(dossier: Dossier, actor: Actor, language: str) -> Iterator[tuple[str, str]]:
    """Of the application, and of the tasks that were the applicant's."""
    form, answers = application_form(dossier), dossier.answers
    told = shown_rows(form, answers, form.summary(answers, language), dossier, actor)
    yield from ((row.label, row.value) for row in told if row.answered)
    for name, answers in _own_tasks(dossier):
        form = queries.pack_of(dossier).form(name)
        told = shown_rows(form, answers, form.summary(answers, language), dossier, actor)
        yield from ((row.label, row.value) for row in told if row.answered)


def _own_tasks(dossier: Dossier) -> Iterator[tuple[str, dict[str, Any]]]:
    """Forms of tasks that the applicant completed, with their last answers."""
    if dossier.instance_id is None:
        return
    of_instance = (Task.instance_id == dossier.instance_id, Task.state == TaskState.COMPLETED)
    done = db.session.scalars(select(Task).where(*of_instance).order_by(Task.ended_at)).all()
    forms = [each.form_key for each in done if str(Role.APPLICANT) in each.candidate_groups]
    if forms:
        said = engine.variables(dossier.instance_id, visible_to=EVERYTHING)
        yield from ((name, said[name]) for name in dict.fromkeys(forms) if said.get(name))


def _fees(views: Sequence[OrderView]) -> list[tuple[str, ...]]:
    return [
        (
            each.order.reference,
            f"{each.order.amount} {each.order.currency}",
            words.state_name(each.order.state),
            words.moment(each.order.paid_at),
        )
        for each in views
    ]


def _fee_lines(views: Sequence[OrderView], language: str) -> list[tuple[str, ...]]:
    """What each order asks for, by which rule, and what of it was taken off."""
    return [
        (
            view.order.reference,
            _fee_name(line, language),
            "–" if line.amount is None else f"{line.amount} {view.order.currency}",
            line.source or "–",
            line.exemption or "–",
        )
        for view in views
        for line in view.lines
    ]


def _fee_name(line: FeeLine, language: str) -> str:
    rules = queries.pack_of(db.session.get_one(Dossier, line.dossier_id)).manifest.fees
    kind = rules.kinds.get(line.fee) if rules else None
    return pick(kind.name, language) if kind else line.fee


def _papers(files: Files, language: str) -> list[tuple[Cell, ...]]:
    return [
        (_kind(each, language), link(name, each.file_name), words.moment(each.added_at))
        for name, each in files
    ]


def _kind(document: Document, language: str) -> str:
    dossier = db.session.get_one(Dossier, document.dossier_id)
    return queries.pack_of(dossier).document_name(document.document_type, language)


def _rules(dossier: Dossier, language: str) -> list[tuple[str, str]]:
    return [
        (words.moment(each.made_at), pick(each.explanation, language)) for each in reasons(dossier)
    ]


def _looks(dossier: Dossier, actor: Actor) -> Iterator[tuple[str, ...]]:
    for each in looks_of(dossier, visible_to=actor, limit=MOST_LOOKS):
        role = words.role_name(each.role)
        who = f"{role}: {each.name}" if each.name else role
        purpose = words.purpose_name(each.purpose)
        said = f"{purpose}: {each.said}" if each.said else purpose
        yield words.moment(each.event.at), words.look_name(each.event.tag), who, said


def _names(columns: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(map(translated, columns))

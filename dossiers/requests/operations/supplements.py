"""Asking the applicant, once and for everything, to complete the dossier; and his reply (form 02)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final
from uuid import UUID

from accounts import policy
from accounts.actor import SYSTEM, Actor
from accounts.policy import Action
from dossiers.context import jurisdiction
from dossiers.models import Dossier
from dossiers.operations.locking import lock_dossier, lock_editable
from dossiers.queries import TaskItem
from dossiers.requests.errors import (
    BasisMissing,
    DefectsMissing,
    PartUnknown,
    RequestNotFound,
    RequestNotOffered,
    RoundsUsedUp,
)
from dossiers.requests.jobs import ask_letter, moment
from dossiers.requests.models import DossierRequest, RequestKind, RequestState
from dossiers.requests.operations.endings import refuse_at_desk
from dossiers.requests.operations.keeping import ask, require_none_stands, require_words, settle
from dossiers.requests.parts import is_part, name_of_part
from dossiers.requests.queries import earlier, find_request, standing
from dossiers.requests.rules import require_undecided, setting_of
from engine import operations as engine
from workflows.queries import service_version
from workflows.sections.requests import NEVER, SupplementRules

LETTER: Final = "supplement_request"
ITEMS, BASIS, DONE, ENQUIRY = "items", "basis", "done", "enquiry"
_LONGEST_NOTE: Final = 1900


@dataclass(frozen=True)
class Defect:
    """What is wrong with a part of the dossier, how to mend it, and by which rule.

    `part` is the key of a question, `document:` and a kind of paper, or empty for the whole.
    """

    part: str
    defect: str
    remedy: str = ""
    legal_basis: str = ""


@dataclass(frozen=True)
class Asking:
    """One list of all defects; `basis` is the rule by which a further round is allowed."""

    defects: Sequence[Defect]
    basis: str = ""


def note_decision(
    item: TaskItem, answers: Mapping[str, Any], asking: Asking | None, *, actor: Actor
) -> None:
    """Write down what an officer asks for, or refuses, by completing a task with these answers.

    Raises RequestNotOffered, DecidedAlready, RoundsUsedUp, BasisMissing, DefectsMissing, PartUnknown,
    NotInWords, RequestStands.
    """
    rules, task = item.pack.manifest.requests, item.task.element_id
    supplement, refusal = rules.supplement, rules.refusal
    if supplement is not None and _says(answers, supplement.tasks.get(task)):
        found = asking or Asking([Defect("", str(answers.get(supplement.note) or ""))])
        _ask(_locked(item), found, supplement, actor)
    elif asking is not None:
        raise RequestNotOffered
    elif refusal is not None and _says(answers, refusal.tasks.get(task)):
        reason = str(answers.get(refusal.reason) or "")
        refuse_at_desk(_locked(item), reason=reason, actor=actor)


def ask_in_place_of(
    dossier: Dossier, defect: Defect, basis: str, *, enquiry: UUID, term: str
) -> DossierRequest:
    """Ask the applicant of a locked dossier for a paper because an enquiry brought no data.

    It is no round of the officer's: nothing was wrong with the dossier. Raises RequestStands.
    """
    items = [{**asdict(defect), DONE: False}]
    what = {ITEMS: items, BASIS: basis, ENQUIRY: str(enquiry)}
    request = ask(dossier, RequestKind.SUPPLEMENT, "", what, by=SYSTEM, term=term)
    ask_letter(LETTER, dossier, _told(request, dossier, ""))
    return request


def answers_asking(item: TaskItem, asking: Asking, language: str) -> dict[str, Any]:
    """The answers by which a task asks for a supplement. Raises RequestNotOffered, DefectsMissing."""
    rules = item.pack.manifest.requests.supplement
    if rules is None or item.task.element_id not in rules.tasks:
        raise RequestNotOffered
    if not asking.defects:
        raise DefectsMissing
    note = {rules.note: in_words(item, asking, language)} if rules.note else {}
    return {**rules.tasks[item.task.element_id], **note}


def in_words(item: TaskItem, asking: Asking, language: str) -> str:
    """The list as one text."""
    lines = []
    for number, each in enumerate(asking.defects, 1):
        name = name_of_part(item.pack, each.part, language)
        told = f"{name}: {each.defect}" if name else each.defect
        lines.append(f"{number}. {told}" + (f" → {each.remedy}" if each.remedy else ""))
    text = "\n".join(lines)
    return text if len(text) <= _LONGEST_NOTE else f"{text[:_LONGEST_NOTE]}…"


def fulfil(dossier: Dossier, done: Collection[int] | None, *, actor: Actor) -> None:
    """Note the reply to the list that stands, if any; `done` are the numbers of what was mended.

    Without `done` what was ticked before counts.
    """
    request = standing(dossier.id, RequestKind.SUPPLEMENT)
    if request is None:
        return
    if ENQUIRY in request.what:
        done = {1}  # it is not sent without the paper
    if done is not None:
        request.what = _ticked(request.what, done)
    settle(request, dossier, RequestState.FULFILLED, by=actor)


def tick(request_id: UUID, done: Collection[int], *, actor: Actor) -> DossierRequest:
    """Keep which items (from 1) of the list are mended so far.

    Raises RequestNotFound, NotAllowed, DossierNotEditable.
    """
    seen, dossier = find_request(request_id, visible_to=actor)
    policy.require(actor, Action.DOSSIER_EDIT, dossier)
    lock_editable(dossier.id, actor=actor, action=Action.DOSSIER_EDIT)
    request = standing(dossier.id, RequestKind.SUPPLEMENT)
    if request is None or request.id != seen.id:
        raise RequestNotFound
    request.what = _ticked(request.what, done)
    return request


def _locked(item: TaskItem) -> Dossier:
    engine.lock(item.proceeding.instance_id)
    return lock_dossier(item.proceeding.dossier_id)


def _says(answers: Mapping[str, Any], expected: Mapping[str, Any] | None) -> bool:
    if expected is None:
        return False
    return all(answers.get(name) == value for name, value in expected.items())


def _ask(dossier: Dossier, asking: Asking, rules: SupplementRules, actor: Actor) -> None:
    require_undecided(dossier)
    _require_sound(dossier, asking)
    before = earlier(dossier.id, RequestKind.SUPPLEMENT)
    require_none_stands(before)
    _require_round(
        dossier, len([each for each in before if ENQUIRY not in each.what]), asking, rules
    )
    term = setting_of(dossier, rules.term) if rules.term else None
    items = [{**asdict(each), DONE: False} for each in asking.defects]
    request = ask(
        dossier,
        RequestKind.SUPPLEMENT,
        "",
        {ITEMS: items, BASIS: asking.basis.strip()},
        by=actor,
        term=str(term) if term else None,
        before=before,
    )
    ask_letter(LETTER, dossier, _told(request, dossier, actor.name))


def _told(request: DossierRequest, dossier: Dossier, by: str) -> dict[str, Any]:
    """What letter 02 says, in the language in which the authority writes."""
    profile = jurisdiction().profile
    stage = profile.national_status.get(str(dossier.status), {})
    return {
        "round": str(request.round),
        "items": named_items(request, dossier, profile.languages[0]),
        "legal_basis": request.what.get(BASIS, ""),
        "stage": stage.get("name", ""),
        "asked_at": moment(request.asked_at),
        "answer_until": moment(request.answer_until),
        "by": by,
    }


def named_items(request: DossierRequest, dossier: Dossier, language: str) -> list[dict[str, str]]:
    """The defects of a list, each with the name of its part."""
    pack = service_version(dossier.service_version)
    names = ("defect", "remedy", "legal_basis")
    return [
        {
            "label": name_of_part(pack, each["part"], language),
            **{name: each.get(name, "") for name in names},
        }
        for each in request.what.get(ITEMS, [])
    ]


def _require_sound(dossier: Dossier, asking: Asking) -> None:
    for each in asking.defects:
        if not each.defect.strip():
            raise DefectsMissing
        if not is_part(dossier, each.part):
            raise PartUnknown(part=each.part)


def _require_round(dossier: Dossier, asked: int, asking: Asking, rules: SupplementRules) -> None:
    rounds = int(setting_of(dossier, rules.rounds)) if rules.rounds is not None else asked + 1
    if asked < rounds:
        return
    if rules.further_round == NEVER:
        raise RoundsUsedUp(rounds=rounds)
    if not asking.basis.strip():
        raise BasisMissing({("basis",): []}, round=asked + 1, rounds=rounds)
    require_words(asking.basis)


def _ticked(what: Mapping[str, Any], done: Collection[int]) -> dict[str, Any]:
    items = [{**each, DONE: number in done} for number, each in enumerate(what.get(ITEMS, []), 1)]
    return {**what, ITEMS: items}

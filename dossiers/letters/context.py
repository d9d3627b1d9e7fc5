"""Filling the one context of letters with what is known of a dossier."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import zip_longest
from typing import Any

from accounts.models import Agency
from core.clock import day_of
from core.i18n import pick
from dossiers.context import jurisdiction
from dossiers.letters import wording
from dossiers.letters.asked import request_in_words, table_in_words
from dossiers.letters.fact_words import fact_in_words
from dossiers.models import Document, Dossier
from dossiers.procedure_codes import procedure_code_of
from dossiers.settled import letterhead_of
from forms import code_tables
from forms.annex import Block, annex
from forms.personal import MASK
from workflows.letters.context import CONTEXT
from workflows.pack import ServicePack

_NO_BLOCK = Block(kind=None, label="")  # type: ignore[arg-type]  # stands where a language has none


@dataclass(frozen=True)
class LetterSubject:
    """What a letter is about, read in one go so that no transaction is open while it is typeset."""

    dossier: Dossier
    pack: ServicePack
    agency: Agency
    agency_names: Mapping[str, str]
    documents: tuple[Document, ...] = ()
    unit: str = ""
    receiving: Mapping[str, str] = field(default_factory=dict)
    applicant: Mapping[str, str] = field(default_factory=dict)
    papers: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    handovers: Sequence[Mapping[str, Any]] = ()


def letter_context(
    subject: LetterSubject,
    result: Mapping[str, Any],
    moment: datetime,
    request: Mapping[str, Any] | None = None,
    table: Sequence[Mapping[str, Any]] | None = None,
    *,
    decided: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """The documented context; `result` is empty until a number was reserved.

    `decided` are facts as the process decided them; they stand in the place of what was asked for.
    """
    dossier, pack, language = subject.dossier, subject.pack, _language(subject.dossier)
    return {
        **CONTEXT.least(),
        **head_of_letter(subject.agency, subject.agency_names, language, moment),
        "receiving": {"agency": "", "unit": "", **subject.receiving},
        "unit": subject.unit,
        "service": {
            "name": pick(pack.manifest.name, wording.official_language()),
            "name_translated": wording.also_in(pack.manifest.name, language),
            "procedure_code": procedure_code_of(dossier),
        },
        "dossier": _dossier(dossier),
        "owner": {
            "number": _owner_number(dossier, pack),
            "name": dossier.organisation_name or subject.applicant.get("name", ""),
            "address": str(dossier.answers.get("organisation_address") or ""),
        },
        "applicant": {"name": "", "email": "", **subject.applicant},
        "documents": _components(subject, pack, language),
        "answers": _answers(dossier, pack, language),
        "facts": _facts(pack, dossier, language, decided or {}),
        "result": _result(result),
        "request": request_in_words(request or {}),
        "table": table_in_words(table or ()),
        "handovers": list(subject.handovers),
    }


def head_of_letter(
    agency: Agency, names: Mapping[str, str], language: str, moment: datetime
) -> dict[str, Any]:
    """What stands at the head and the foot of every letter of an agency."""
    decided = letterhead_of(agency.id)
    return {
        "dated": moment.isoformat(),
        "day": wording.day(moment),
        "moment": wording.moment(moment),
        "language": language,
        "agency": {
            "name": pick(names, wording.official_language()),
            "name_translated": wording.also_in(names, language),
            "code": agency.code,
            "abbreviation": agency.abbreviation,
            **{name: decided.get(name, "") for name in ("superior", "place", "contact")},
        },
        "signer": {
            "authority": decided.get("signer_authority", ""),
            "title": decided.get("signer_title", ""),
            "name": decided.get("signer_name", ""),
        },
    }


def check_url(check_code: str) -> str:
    """The public address at which anybody can check a result; this is what its QR code holds."""
    return f"{jurisdiction().public_url}/verify/{check_code}"


def facts_in_words(
    pack: ServicePack, dossier: Dossier, language: str, decided: Mapping[str, Any] | None = None
) -> list[dict[str, str]]:
    """The public facts of an application, each with its name, as its form words the answers."""
    form, day = pack.form(pack.manifest.application_form), day_of(dossier.submitted_at)
    with code_tables.as_of(day):
        told = {row.component_id: row.value for row in form.summary(dossier.answers, language)}
    found = {**pack.register_facts(dossier.answers), **(decided or {})}
    return [
        {
            "name": pick(pack.manifest.fact_names[fact], language),
            "value": told[question]
            if question in told and fact not in (decided or {})
            else fact_in_words(pack, fact, found[fact], language=language, day=day),
        }
        for fact, question in _questions(pack).items()
    ]


def _questions(pack: ServicePack) -> dict[str, str]:
    """The expression of each fact; mostly the key of a question."""
    facts = pack.manifest.register_facts.items()
    return {fact: expression.removeprefix("=").strip() for fact, expression in facts}


def _language(dossier: Dossier) -> str:
    known = jurisdiction().profile.languages
    return dossier.language if dossier.language in known else known[0]


def _owner_number(dossier: Dossier, pack: ServicePack) -> str:
    number = dossier.organisation_number or ""
    return MASK if number and pack.owner_number_is_personal else number


def _dossier(dossier: Dossier) -> dict[str, str]:
    return {
        "code": dossier.code or dossier.reference,
        "reference": dossier.reference,
        "channel": wording.channel(dossier),
        "submitted": wording.moment(dossier.submitted_at),
        "received": wording.moment(dossier.received_at),
        "due": wording.moment(dossier.due_at),
        "finished": wording.moment(dossier.finished_at),
        "time_limit": wording.time_limit(dossier),
        "status": wording.status(dossier),
        "track_url": f"{jurisdiction().public_url}/dossiers/{dossier.reference}",
    }


def _components(subject: LetterSubject, pack: ServicePack, language: str) -> list[dict[str, Any]]:
    """Papers by kind: originals and copies that were brought, and files."""
    files: dict[str, int] = dict.fromkeys(subject.papers, 0)
    for document in subject.documents:
        if document.origin == "applicant":
            files[document.document_type] = files.get(document.document_type, 0) + 1
    return [
        _component(kind, count, subject.papers.get(kind, (0, 0)), pack, language)
        for kind, count in files.items()
    ]


def _component(
    kind: str, files: int, sheets: tuple[int, int], pack: ServicePack, language: str
) -> dict[str, Any]:
    originals, copies = sheets
    return {
        "name": pack.document_name(kind, wording.official_language()),
        "name_translated": wording.also_in(pack.document_type(kind).name, language),
        "count": originals + copies or files,
        "originals": originals,
        "copies": copies,
        "files": files,
    }


def _answers(dossier: Dossier, pack: ServicePack, language: str) -> list[dict[str, Any]]:
    form, official = pack.form(pack.manifest.application_form), wording.official_language()
    with code_tables.as_of(day_of(dossier.submitted_at)):
        blocks = annex(form, dossier.answers, official)
        others = annex(form, dossier.answers, language) if language != official else []
    pairs = zip_longest(blocks, others, fillvalue=_NO_BLOCK)
    return [_printed(block, other) for block, other in pairs]


def _printed(block: Block, other: Block) -> dict[str, Any]:
    return {
        "kind": str(block.kind),
        "label": block.label,
        "label_translated": other.label,
        "value": block.value,
        "value_translated": other.value if other.value != block.value else "",
        "columns": list(block.columns),
        "rows": [list(row) for row in block.rows],
    }


def _facts(
    pack: ServicePack, dossier: Dossier, language: str, decided: Mapping[str, Any]
) -> list[dict[str, str]]:
    names = [pack.manifest.fact_names[fact] for fact in pack.manifest.register_facts]
    told = facts_in_words(pack, dossier, wording.official_language(), decided)
    return [
        {**fact, "name_translated": wording.also_in(name, language)}
        for fact, name in zip(told, names, strict=True)
    ]


def _result(result: Mapping[str, Any]) -> dict[str, str]:
    return {
        "number": str(result.get("number", "")),
        "issued_on": wording.day(result.get("issued_on")),
        "valid_until": wording.day(result.get("valid_until")),
        "check_url": check_url(str(result.get("check_code", ""))),
    }

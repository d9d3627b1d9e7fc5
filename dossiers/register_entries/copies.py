"""Certified copies: a sealed paper that says what the register holds on a day, with its own number.

Asked for in a request, made by a job outside any transaction, recorded with the job. The number is
taken when it is asked for and used up when the paper is there.
"""

from collections.abc import Mapping
from datetime import timedelta
from importlib.resources import files
from io import BytesIO
from typing import Any, BinaryIO, Final
from uuid import UUID

from flask_babel import force_locale, format_date
from sqlalchemy import func, select

import letters
import signing
from accounts import policy
from accounts.actor import Actor
from accounts.models import Agency
from accounts.places import agency_names
from accounts.policy import Action
from core import audit
from core.clock import now, today
from core.database import db, reading
from core.errors import N_
from core.i18n import date_pattern, official, pick, translated
from core.ids import new_id
from dossiers.audit import DossierTag
from dossiers.letters import check_url, fact_in_words
from dossiers.models import BookNumber, RegisterEntry
from dossiers.numbers.operations import COPY, RESERVED, take_number, use_number
from dossiers.operations.journal import record
from dossiers.operations.locking import hold_row
from dossiers.register import state_of
from dossiers.register_entries import queries
from dossiers.register_entries.errors import CopiesNotGiven, CopyNotReady, EnoughCopies
from dossiers.register_entries.models import CertifiedCopy, EntryState, RegisterChange
from dossiers.register_entries.operations import lock_entry, new_check_code
from dossiers.register_entries.rules import rules_of
from dossiers.settled import seal_serial
from engine.errors import JobFailed
from engine.jobs.kinds import JobCall, JobPolicy, Result
from engine.runtime import Runtime, current_runtime
from letters import qr
from storage import store
from workflows.queries import service_version

MAKE: Final = "register.copy"
MEDIA_TYPE: Final = "application/pdf"
MOST_A_DAY: Final = 10
STATES: Final = {
    EntryState.VALID: N_("valid"),
    EntryState.SUSPENDED: N_("suspended"),
    EntryState.WITHDRAWN: N_("revoked"),
    EntryState.EXPIRED: N_("expired"),
    EntryState.REPLACED: N_("replaced by another one"),
}
_WORDS: Final = {
    "title": N_("Copy from the register"),
    "copy_of": N_("Copy of"),
    "number_word": N_("No."),
    "state_word": N_("State on %(day)s"),
    "number_of_result": N_("Number of the result"),
    "service_word": N_("Service"),
    "holder_word": N_("Holder"),
    "holder_number_word": N_("Number of the holder"),
    "issued_word": N_("Issued on"),
    "valid_word": N_("Valid until"),
    "check_word": N_("Check this copy and the entry of today at"),
    "says": N_("The agency certifies that its register says this on the day of this copy."),
    "picture": N_("QR code that leads to the page on which this copy is checked"),
}
_SEAL_LINES: Final = (N_("Sealed by: %%(agency)s"), N_("Time: %%(time)s"))


def install(runtime: Runtime) -> None:
    """Register the job."""
    policy_ = JobPolicy(max_attempts=10, lease=180, ordered=False)
    runtime.on_job(MAKE, _make, policy_, record=_note_made)


def ask_for_copy(entry_id: UUID, *, actor: Actor) -> CertifiedCopy:
    """Ask for a certified copy of an entry as it stands now.

    Raises EntryNotFound, ActionRefused, CopiesNotGiven, EnoughCopies.
    """
    seen = queries.find_entry(entry_id, visible_to=actor)
    policy.require(actor, Action.ENTRY_COPY, queries.dossier_behind(seen))
    rules = rules_of(seen).manifest.register.copies
    if rules is None:
        raise CopiesNotGiven
    entry = lock_entry(entry_id)
    _require_few(entry)
    number = take_number(
        entry.dossier_id,
        db.session.get_one(Agency, entry.agency_id),
        book=rules.book,
        pattern=rules.number_pattern,
        yearly=rules.resets == "year",
        purpose=COPY,
        by=actor.id,
    )
    db.session.flush()
    copy = _asked(entry, number, actor)
    db.session.add(copy)
    db.session.flush()
    current_runtime().enqueue(MAKE, copy.id, {})
    _record(DossierTag.COPY_ASKED, copy, entry.dossier_id, actor.id)
    return copy


def fetch_copy(copy_id: UUID, *, actor: Actor) -> tuple[CertifiedCopy, BinaryIO]:
    """A copy to be read; close it after use. On record. Raises CopyNotFound, CopyNotReady."""
    copy, entry = queries.find_copy(copy_id, visible_to=actor)
    if copy.ready_at is None:
        raise CopyNotReady
    audit.note(
        DossierTag.COPY_FETCHED,
        actor=actor.id,
        subject=f"copy:{copy.id}",
        chain=entry.dossier_id,
        details={"number": copy.number},
    )
    return copy, store().open(copy.storage_key, sha256=copy.sha256)


def may_have_copies(entry: RegisterEntry, actor: Actor) -> bool:
    """Whether somebody can ask for copies of an entry."""
    allowed = policy.allows(actor, Action.ENTRY_COPY, queries.dossier_behind(entry))
    return allowed and rules_of(entry).manifest.register.copies is not None


def _asked(entry: RegisterEntry, number: BookNumber, actor: Actor) -> CertifiedCopy:
    changes = select(func.count()).where(RegisterChange.entry_id == entry.id)
    return CertifiedCopy(
        id=new_id(),
        entry_id=entry.id,
        number_id=number.id,
        number=number.number,
        check_code=new_check_code(),
        language=official(),
        sequence=db.session.scalar(changes) or 0,
        state=state_of(entry),
        state_on=today(),
        asked_by=actor.id,
        asked_at=now(),
    )


def _require_few(entry: RegisterEntry) -> None:
    lately = select(func.count()).where(
        CertifiedCopy.entry_id == entry.id, CertifiedCopy.asked_at > now() - timedelta(days=1)
    )
    if (db.session.scalar(lately) or 0) >= MOST_A_DAY:
        raise EnoughCopies(most=MOST_A_DAY)


def _make(call: JobCall) -> Mapping[str, Any]:
    with reading() as session:
        copy = session.get_one(CertifiedCopy, call.instance_id)
        entry = session.get_one(RegisterEntry, copy.entry_id)
        agency = signing.Agency(
            id=str(entry.agency_id), name=pick(agency_names(entry.agency_id), copy.language)
        )
        told = _told(copy, entry, agency.name)
        serial, appearance = seal_serial(entry.agency_id), _appearance(copy.language)
        key = f"copies/{copy.id}"
    template = files("dossiers.register_entries").joinpath("certified_copy.typ").read_text("utf-8")
    pdf = letters.render(template, data=told, files={"qr.svg": qr.svg(told["check_url"])})
    sealed = signing.seal_pdf(pdf, agency=agency, appearance=appearance, serial=serial)
    stored = store().put(key, BytesIO(sealed), MEDIA_TYPE)
    return {"storage_key": stored.key, "sha256": stored.sha256, "size": stored.size}


def _note_made(call: JobCall, result: Result) -> None:
    copy = db.session.get_one(CertifiedCopy, call.instance_id, with_for_update=True)
    entry = db.session.get_one(RegisterEntry, copy.entry_id)
    hold_row(entry.dossier_id)
    number = db.session.get_one(BookNumber, copy.number_id, populate_existing=True)
    if number.state != RESERVED:
        raise JobFailed("its number was struck out meanwhile", retryable=False)
    for name, value in (result or {}).items():
        setattr(copy, name, value)
    copy.ready_at = now()
    use_number(number)
    _record(DossierTag.COPY_MADE, copy, entry.dossier_id, "system")


def _told(copy: CertifiedCopy, entry: RegisterEntry, agency: str) -> dict[str, Any]:
    """What the paper says, in the official language."""
    with force_locale(copy.language):
        pattern = date_pattern(copy.language)
        day = format_date(copy.state_on, pattern)
        lines = _lines(entry, copy.language, pattern)
        return {
            **{name: translated(words, {"day": day}) for name, words in _WORDS.items()},
            "dated": copy.asked_at.isoformat(),
            "lang": copy.language,
            "agency": agency,
            "copy_number": copy.number,
            "number": entry.number,
            "state": translated(STATES[copy.state]),
            "lines": lines,
            "check_url": check_url(copy.check_code),
        }


def _lines(entry: RegisterEntry, language: str, pattern: str) -> list[tuple[str, str]]:
    pack = service_version(entry.service_version)
    lines = [
        (translated(_WORDS["service_word"]), pick(pack.manifest.name, language)),
        (translated(_WORDS["number_of_result"]), entry.number),
        (translated(_WORDS["holder_word"]), entry.organisation_name),
        (translated(_WORDS["issued_word"]), format_date(entry.issued_on, pattern)),
    ]
    if entry.holder_number_public:
        named = (translated(_WORDS["holder_number_word"]), entry.organisation_number)
        lines.insert(3, named)
    if entry.valid_until is not None:
        until = format_date(entry.valid_until, pattern)
        lines.append((translated(_WORDS["valid_word"]), until))
    lines += [
        (
            pick(name, language),
            fact_in_words(pack, fact, entry.facts[fact], language=language, day=entry.issued_on),
        )
        for fact, name in pack.manifest.fact_names.items()
        if entry.facts.get(fact) is not None
    ]
    return lines


def _appearance(language: str) -> signing.SealAppearance:
    with force_locale(language):
        return signing.SealAppearance(
            lines=tuple(translated(line) for line in _SEAL_LINES),
            box=(340, 62, 544, 106),
            font_size=10,
            description=translated(N_("Seal of the agency")),
        )


def _record(tag: DossierTag, copy: CertifiedCopy, dossier_id: UUID, by: str) -> None:
    details = {"number": copy.number}
    record(tag, dossier_id, actor=by, subject=f"copy:{copy.id}", details=details)

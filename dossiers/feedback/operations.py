"""Sending, refusing, asking about, answering and publishing petitions; rating what was delivered."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from accounts import policy
from accounts.actor import Actor
from accounts.places import require_open_agency
from accounts.policy import Action
from core.audit import note
from core.clock import now
from core.database import db
from core.errors import PreconditionFailed
from core.ids import new_id
from dossiers.audit import DossierTag
from dossiers.context import jurisdiction
from dossiers.errors import ReasonMissing
from dossiers.feedback import telling
from dossiers.feedback.errors import (
    ContactMissing,
    NotConsented,
    NothingToRate,
    PetitionClosed,
    PetitionEmpty,
    PetitionNotAnswered,
    PetitionNotFound,
    RatedAlready,
    RatingUnknown,
)
from dossiers.feedback.models import Petition, PetitionConcern, PetitionState, Rating, Reopened
from dossiers.feedback.queries import find_petition, hash_of, is_own, scope_of, value_named
from dossiers.feedback.redacting import require_impersonal
from dossiers.feedback.reopening import reopen
from dossiers.feedback.routing import concerned, unit_away
from dossiers.models import Dossier, DossierStatus
from dossiers.operations.journal import record
from dossiers.operations.locking import lock_dossier, lock_for
from dossiers.queries import find_dossier
from dossiers.settled import clock_for
from dossiers.time_limits import TimeLimit, Unit

_SECRET_BYTES: Final = 24
_REFERENCE_BYTES: Final = 4
_DELIVERED: Final = frozenset({DossierStatus.DELIVERED, DossierStatus.FINISHED})


@dataclass(frozen=True)
class Wish:
    """A petition to be sent. Name and e-mail are needed where nobody is signed in."""

    text: str
    agency_id: UUID
    service_key: str = ""
    dossier_id: UUID | None = None
    name: str = ""
    email: str = ""
    may_be_published: bool = False


def send(wish: Wish, *, actor: Actor, language: str) -> tuple[Petition, str]:
    """Send a petition; returns it, and the secret of the link for who has no account, else "".

    Raises DossierNotFound, PetitionEmpty, ContactMissing, NotFound.
    """
    policy.require(actor, Action.PETITION_SEND)
    dossier = find_dossier(wish.dossier_id, visible_to=actor) if wish.dossier_id else None
    if not wish.text.strip():
        raise PetitionEmpty({("text",): []})
    known = actor.account_id is not None
    if not known and not (wish.name.strip() and "@" in wish.email):
        raise ContactMissing({("email",): []})
    if dossier is None:
        require_open_agency(wish.agency_id)
    secret = "" if known else secrets.token_urlsafe(_SECRET_BYTES)
    petition = _new(wish, dossier, actor, language, secret)
    db.session.add(petition)
    db.session.flush()
    people = concerned(dossier)
    db.session.add_all(
        PetitionConcern(petition_id=petition.id, person=person) for person in sorted(people)
    )
    petition.unit_id = unit_away(petition.agency_id, dossier, people)
    _record(DossierTag.PETITION_SENT, petition, actor.id)
    telling.tell_sender(petition, telling.Word.RECEIVED, secret)
    db.session.flush()
    return petition, secret


def refuse(petition_id: UUID, *, reason: str, actor: Actor, version: int | None = None) -> Petition:
    """Refuse to deal with a petition, with the reason.

    Raises PetitionNotFound, ActionRefused, PetitionClosed, ReasonMissing, PreconditionFailed.
    """
    petition = _locked(petition_id, actor, version)
    _require(petition.state is PetitionState.SENT)
    _close(petition, PetitionState.REFUSED, reason, actor)
    _record(DossierTag.PETITION_REFUSED, petition, actor.id)
    telling.tell_sender(petition, telling.Word.REFUSED)
    return petition


def ask(petition_id: UUID, *, question: str, actor: Actor, version: int | None = None) -> Petition:
    """Ask its sender to say more.

    Raises PetitionNotFound, ActionRefused, PetitionClosed, ReasonMissing, PreconditionFailed.
    """
    petition = _locked(petition_id, actor, version)
    _require(petition.state is PetitionState.SENT)
    if not question.strip():
        raise ReasonMissing
    petition.state, petition.question = PetitionState.ASKED, question.strip()
    petition.asked_at = now()
    _record(DossierTag.PETITION_ASKED, petition, actor.id)
    telling.tell_sender(petition, telling.Word.ASKED)
    return petition


def reply(petition_id: UUID, *, text: str, actor: Actor, secret: str = "") -> Petition:
    """Say more, as its sender; the terms of asking and answering begin anew.

    Raises PetitionNotFound, PetitionClosed, PetitionEmpty.
    """
    petition = _for_update(petition_id)
    by_link = bool(secret) and petition.secret_hash == hash_of(secret)
    if not by_link and not is_own(petition, actor):
        raise PetitionNotFound
    _require(petition.state is PetitionState.ASKED)
    if not text.strip():
        raise PetitionEmpty({("text",): []})
    petition.state, petition.reply, petition.replied_at = PetitionState.SENT, text.strip(), now()
    petition.ask_until = _term("ask", petition.agency_id)
    petition.answer_until = _term("answer", petition.agency_id)
    _record(DossierTag.PETITION_REPLIED, petition, actor.id)
    return petition


def answer(
    petition_id: UUID,
    *,
    text: str,
    upheld: bool,
    reopen_as: Reopened | None = None,
    actor: Actor,
    version: int | None = None,
) -> Petition:
    """Answer a petition; one that is upheld may reopen its case, and then says how.

    Raises PetitionNotFound, ActionRefused, PetitionClosed, ReasonMissing, PreconditionFailed,
    ReopeningImpossible.
    """
    petition = _locked(petition_id, actor, version)
    _require(petition.state in {PetitionState.SENT, PetitionState.ASKED})
    petition.upheld = upheld
    _close(petition, PetitionState.ANSWERED, text, actor)
    petition.publish_until = _term("publish", petition.agency_id)
    if upheld and reopen_as is not None:
        petition.reopened_as = reopen_as
        petition.reopened_id = reopen(petition, reopen_as, by=actor)
    _record(DossierTag.PETITION_ANSWERED, petition, actor.id, upheld=upheld)
    telling.tell_sender(petition, telling.Word.ANSWERED)
    db.session.flush()
    return petition


def publish(
    petition_id: UUID, *, text: str, answer_text: str, actor: Actor, version: int | None = None
) -> Petition:
    """Publish what was asked and answered, without anything that tells of people.

    Raises PetitionNotFound, ActionRefused, PetitionNotAnswered, NotConsented, PetitionEmpty,
    StillPersonal, PreconditionFailed.
    """
    petition = _locked(petition_id, actor, version)
    if petition.state is not PetitionState.ANSWERED or petition.published_at is not None:
        raise PetitionNotAnswered
    if not petition.may_be_published:
        raise NotConsented
    if not text.strip() or not answer_text.strip():
        raise PetitionEmpty({("text",): []})
    require_impersonal(petition, f"{text}\n{answer_text}")
    petition.published_text, petition.published_answer = text.strip(), answer_text.strip()
    petition.published_at = now()
    _record(DossierTag.PETITION_PUBLISHED, petition, actor.id)
    return petition


def rate(dossier_id: UUID, *, value: str, text: str, actor: Actor) -> Rating:
    """Say once how the settling of a dossier was found.

    Raises DossierNotFound, ActionRefused, NothingToRate, RatingUnknown, RatedAlready.
    """
    dossier = lock_for(dossier_id, actor=actor, action=Action.RATING_GIVE)
    if dossier.status not in _DELIVERED:
        raise NothingToRate
    values = jurisdiction().profile.ratings
    meant = value_named(value, values)
    if meant is None:
        raise RatingUnknown({("value",): []}, known=", ".join(each.key for each in values))
    if db.session.get(Rating, dossier_id) is not None:
        raise RatedAlready
    rating = Rating(
        dossier_id=dossier_id,
        agency_id=dossier.agency_id,
        service_key=dossier.service_key,
        value=meant.key,
        disliked=meant.disliked,
        text=text.strip(),
        rated_by=actor.id,
        rated_at=now(),
    )
    db.session.add(rating)
    record(DossierTag.RATED, dossier_id, actor=actor.id, details={"value": meant.key})
    db.session.flush()
    return rating


def _new(wish: Wish, dossier: Dossier | None, actor: Actor, language: str, secret: str) -> Petition:
    agency_id = dossier.agency_id if dossier else wish.agency_id
    return Petition(
        id=new_id(),
        reference=_reference(),
        agency_id=agency_id,
        service_key=dossier.service_key if dossier else wish.service_key,
        dossier_id=dossier.id if dossier else None,
        sender_id=actor.account_id,
        name="" if actor.account_id else wish.name.strip(),
        email="" if actor.account_id else wish.email.strip(),
        language=language,
        secret_hash=hash_of(secret) if secret else None,
        text=wish.text.strip(),
        may_be_published=wish.may_be_published,
        sent_at=now(),
        refuse_until=_term("refuse", agency_id),
        ask_until=_term("ask", agency_id),
        answer_until=_term("answer", agency_id),
    )


def _reference() -> str:
    day = jurisdiction().calendar.local_date(now())
    return f"PA-{day:%y%m%d}-{secrets.token_hex(_REFERENCE_BYTES).upper()}"


def _term(deed: str, agency_id: UUID) -> datetime:
    """Until when a deed is to be done that could be done from now on."""
    term = jurisdiction().profile.petitions.terms[deed]
    limit = TimeLimit(Decimal(term.amount), Unit(term.unit))
    return clock_for(agency_id).due_at(now(), limit)


def _for_update(petition_id: UUID) -> Petition:
    """The row, locked; of a petition about a dossier the dossier first, for its record."""
    seen = db.session.get(Petition, petition_id)
    if seen is None:
        raise PetitionNotFound
    if seen.dossier_id is not None:
        lock_dossier(seen.dossier_id)
    return db.session.get_one(Petition, petition_id, populate_existing=True, with_for_update=True)


def _locked(petition_id: UUID, actor: Actor, version: int | None) -> Petition:
    """A petition for a deed of whoever handles it; not of its sender, nor of whom it concerns."""
    find_petition(petition_id, visible_to=actor)
    petition = _for_update(petition_id)
    policy.require(actor, Action.PETITION_ANSWER, scope_of(petition))
    if version is not None and version != petition.version:
        raise PreconditionFailed
    return petition


def _require(fits: bool) -> None:
    if not fits:
        raise PetitionClosed


def _close(petition: Petition, state: PetitionState, text: str, actor: Actor) -> None:
    if not text.strip():
        raise ReasonMissing
    petition.state, petition.answer = state, text.strip()
    petition.closed_by, petition.closed_at = actor.id, now()


def _record(tag: DossierTag, petition: Petition, by: str, **details: Any) -> None:
    """In the dossier's chain, or in that of the house."""
    subject = f"petition:{petition.id}"
    write: Callable[..., None] = note
    if petition.dossier_id is not None:
        record(tag, petition.dossier_id, actor=by, subject=subject, details=details)
    else:
        write(tag, actor=by, subject=subject, details=details, agency_id=petition.agency_id)

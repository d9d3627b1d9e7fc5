"""One dossier of somebody without an account: asked for by e-mail, opened by link and second fact.

What somebody asks for is kept apart until he has opened the link: an address that is not his fills no
list of dossiers, and whether it is known is told to nobody.
"""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select, update

from accounts import policy, queries
from accounts.actor import Actor, Kind
from accounts.authentication import Authentication
from accounts.errors import ActionRefused, EmailInvalid
from accounts.guests import links
from accounts.guests.entering import end_access, open_account, proof_of
from accounts.guests.errors import GuestLinkOver, SecondFactUnreadable
from accounts.guests.models import GuestAccess
from accounts.links import is_address, require_address
from accounts.models import Account
from accounts.notices import Notice, tell_address
from accounts.places import require_open_agency
from accounts.policy import Action
from core.clock import today
from core.database import db, transaction
from core.errors import MotcuaError
from core.i18n import pick
from core.ids import new_id
from dossiers.audit import DossierTag
from dossiers.context import jurisdiction
from dossiers.guest_rules import guest_rules, link_life, require_takes_guests
from dossiers.models import Dossier, Proceeding, RegisterEntry
from dossiers.operations.drafts import start_for_guest
from dossiers.operations.journal import record
from dossiers.operations.locking import lock_dossier
from dossiers.settled import require_offered
from engine import operations as engine
from workflows.profiles import SecondFact
from workflows.queries import service


@dataclass(frozen=True)
class Wish:
    """What somebody without an account wants to begin; `fact` as it was typed."""

    service_key: str
    agency_id: UUID
    email: str
    fact: str


def ask(wish: Wish, *, language: str, address: str) -> None:
    """Send a link by which the application can be begun. Opens its own transaction.

    Raises ServiceUnknown, ServiceNotOffered, AccountNeeded, EmailInvalid, SecondFactUnreadable, and
    TooManyAttempts for the asker's network address only.
    """
    _require_possible(wish)
    for fault in faults_of(wish.email, wish.fact).values():
        raise fault
    kind = guest_rules().fact
    fact, email = _read(kind, wish.fact), links.folded(wish.email)
    if not links.may_mail(email, address=address):
        return
    access = GuestAccess(
        id=new_id(),
        email=email,
        fact_kind=kind.code,
        service_key=wish.service_key,
        agency_id=wish.agency_id,
        language=language,
    )
    access.fact_hash = links.kept_fact(access.id, fact)
    with transaction() as session:
        session.add(access)
        session.flush()
        opened_at = links.new_link(access, links.FIRST_LINK_LIVES)
        _mail(access, Notice.GUEST_BEGUN, opened_at)


def faults_of(email: str, fact: str) -> dict[str, MotcuaError]:
    """What is wrong with what was typed, by the name of the part."""
    faults: dict[str, MotcuaError] = {}
    if not is_address(email.strip()):
        faults["email"] = EmailInvalid()
    if guest_rules().fact.read(fact, today=today()) is None:
        faults["fact"] = SecondFactUnreadable()
    return faults


def ask_again(email: str, *, address: str) -> None:
    """Send new links to everything that an address has begun; those of before end.

    Opens its own transaction. Raises EmailInvalid, and TooManyAttempts for the asker's network
    address only: whether the address is known is told to nobody.
    """
    require_address(email.strip())
    email = links.folded(email)
    if not links.may_mail(email, address=address):
        return
    with transaction():
        for access in links.accesses(email):
            links.end_links(access.id)
            life = link_life() if access.account_id else links.FIRST_LINK_LIVES
            _mail(access, Notice.GUEST_LINK, links.new_link(access, life))


def fact_of_link(secret: str) -> SecondFact:
    """What a link asks for; raises GuestLinkOver. Nothing is changed, however often it is opened."""
    fact = guest_rules().fact_of(links.access_of_link(secret).fact_kind)
    if fact is None:
        raise GuestLinkOver
    return fact


def enter(secret: str, fact: str, *, address: str) -> tuple[Authentication, Dossier]:
    """Open one's dossier by link and second fact; the first time the draft is made.

    Opens its own transactions. Raises GuestLinkOver, SecondFactUnreadable, SecondFactWrong,
    TooManyAttempts, AccountNeeded and ServiceNotOffered.
    """
    link_id = _proven(secret, fact, address)
    with transaction():
        _, account_id, dossier = _opened(link_id)
    return proof_of(account_id), dossier


def take_over(secret: str, fact: str, *, actor: Actor, address: str) -> Dossier:
    """Put a dossier into the account of a person who has its link and its second fact.

    From then on the link is dead. Opens its own transactions. Raises what `enter` does, and
    ActionRefused for staff and programs.
    """
    policy.require(actor, Action.DOSSIER_DRAFT)
    if actor.kind is not Kind.CITIZEN or actor.account_id is None:
        raise ActionRefused
    link_id = _proven(secret, fact, address)
    with transaction():
        access, account_id, dossier = _opened(link_id)
        _give(dossier, actor.account_id)
        taken = {"from": f"account:{account_id}"}
        record(DossierTag.TAKEN_OVER, dossier.id, actor=actor.id, details=taken)
        end_access(access, by=actor)
    return dossier


def address_for(account: Account, dossier: Dossier) -> str:
    """Where the reader of a notice finds his dossier; for who has no account it is a link."""
    if account.kind == Kind.GUEST:
        access = links.access_of_account(account.id)
        if access is not None and access.ended_at is None:
            return links.new_link(access, link_life())
    return f"{jurisdiction().public_url}/dossiers/{dossier.reference}"


def _require_possible(wish: Wish) -> None:
    require_takes_guests(service(wish.service_key))
    require_offered(wish.service_key, wish.agency_id)
    require_open_agency(wish.agency_id)


def _proven(secret: str, text: str, address: str) -> UUID:
    """The id of a link whose second fact is right. What cannot be a fact at all is no guess."""
    links.count_try(address)
    kind = fact_of_link(secret)
    try:
        fact = _read(kind, text)
    except SecondFactUnreadable:
        links.forgive_try(address)
        raise
    return links.prove(secret, fact, address=address)


def _read(kind: SecondFact, text: str) -> str:
    fact = kind.read(text, today=today())
    if fact is None:
        raise SecondFactUnreadable
    return fact


def _mail(access: GuestAccess, notice: Notice, link: str) -> None:
    name = pick(service(access.service_key).manifest.name, access.language)
    tell_address(access.email, notice, language=access.language, service=name, address=link)


def _opened(link_id: UUID) -> tuple[GuestAccess, UUID, Dossier]:
    """The access of a proven link, its account and its dossier; both are made the first time."""
    link, access = links.hold(link_id)
    begun = access.account_id is not None
    account_id = open_account(link, access, life=link_life())
    return access, account_id, _dossier_of(account_id) if begun else _begin(access, account_id)


def _begin(access: GuestAccess, account_id: UUID) -> Dossier:
    guest = queries.actor(f"account:{account_id}")
    if guest is None:
        raise GuestLinkOver
    return start_for_guest(
        access.service_key, agency_id=access.agency_id, guest=guest, language=access.language
    )


def _dossier_of(account_id: UUID) -> Dossier:
    return db.session.scalars(select(Dossier).where(Dossier.owner_id == account_id)).one()


def _give(dossier: Dossier, account_id: UUID) -> None:
    """Lock order: instances, then the dossier."""
    proceedings = Proceeding.dossier_id == dossier.id
    for instance_id in db.session.scalars(
        select(Proceeding.instance_id).where(proceedings).order_by(Proceeding.instance_id)
    ):
        engine.lock(instance_id)
    lock_dossier(dossier.id).owner_id = account_id
    given = {"owner_id": account_id}
    db.session.execute(update(Proceeding).where(proceedings).values(given))
    db.session.execute(
        update(RegisterEntry).where(RegisterEntry.dossier_id == dossier.id).values(given)
    )

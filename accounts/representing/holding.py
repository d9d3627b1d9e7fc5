"""Taking an organisation's row for a change of its members. Lock order: organisation, account."""

from uuid import UUID

from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from accounts.actor import Actor
from accounts.audit import AccountTag
from accounts.errors import NotSignedIn
from accounts.models import Membership
from accounts.policy import Action, Scope, allows, require
from accounts.representing.errors import NumberUnreadable
from accounts.representing.models import Organisation
from core import audit
from core.database import db
from core.errors import NotFound
from core.ids import new_id

LENGTHS = (10, 13)


def number_of(typed: str) -> str:
    """An enterprise number without the blanks, dots and hyphens of typing; raises NumberUnreadable."""
    number = "".join(each for each in typed if each not in " .-\u00a0")
    if not (number.isascii() and number.isdigit() and len(number) in LENGTHS):
        raise NumberUnreadable
    return number


def person(actor: Actor) -> UUID:
    """The account of somebody who acts himself; raises NotSignedIn for programs and nobody."""
    if actor.account_id is None or actor.id != f"account:{actor.account_id}":
        raise NotSignedIn
    return actor.account_id


def hold(number: str) -> Organisation:
    """The organisation's locked row, made when it is named for the first time."""
    wanted = select(Organisation).where(Organisation.number == number).with_for_update()
    found = db.session.scalars(wanted.execution_options(populate_existing=True)).one_or_none()
    if found is not None:
        return found
    try:
        with db.session.begin_nested():
            db.session.execute(insert(Organisation).values(id=new_id(), number=number, name=""))
    except IntegrityError:
        pass  # somebody named it at the same moment
    return db.session.scalars(wanted).one()


def hold_membership(
    membership_id: UUID, by: Actor, action: Action
) -> tuple[Organisation, Membership]:
    """A membership that has not ended, under the lock of its organisation, for a deed of an actor.

    Raises NotFound when he may not see the organisation, NotAllowed when he may not do this.
    """
    number = db.session.scalar(
        select(Membership.organisation_number).where(Membership.id == membership_id)
    )
    subject = Scope(acting_for=number)
    if number is None or not (
        allows(by, Action.ORGANISATION_VIEW, subject) or allows(by, action, subject)
    ):
        raise NotFound
    require(by, action, subject)
    organisation = hold(number)
    membership = db.session.get_one(Membership, membership_id, populate_existing=True)
    if membership.ended_at is not None:
        raise NotFound
    return organisation, membership


def standing(account_id: UUID, number: str) -> Membership | None:
    """The membership of a person in an organisation that has not ended."""
    return db.session.scalars(
        select(Membership).where(
            Membership.account_id == account_id,
            Membership.organisation_number == number,
            Membership.ended_at.is_(None),
        )
    ).one_or_none()


def record(
    tag: AccountTag, organisation: Organisation, by: str, subject: str, **details: str | None
) -> None:
    """Chain a deed to the record of a locked organisation."""
    db.session.flush()
    told = {"organisation": organisation.number, **details}
    audit.append(tag, actor=by, subject=subject, chain=organisation.id, details=told)

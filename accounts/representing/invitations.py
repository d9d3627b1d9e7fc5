"""Inviting colleagues by a link that works once, for a few days, and for one person.

It is sent by e-mail if an address is known; who invites is not told whether one is.
"""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select

from accounts.actor import Actor, OrganisationRole
from accounts.audit import AccountTag
from accounts.errors import TooManyAttempts
from accounts.links import is_address
from accounts.models import Account, Membership, MembershipBasis, MembershipState
from accounts.notices import Notice, tell, tell_address
from accounts.opaque import digest, new_secret
from accounts.policy import Action, Scope, allows, require
from accounts.queries import account_by_login, folded
from accounts.representing.errors import AlreadyMember, InvitationInvalid
from accounts.representing.holding import hold, number_of, person, record, standing
from accounts.representing.members import require_givable
from accounts.representing.models import Invitation, Organisation
from accounts.runtime import runtime
from core.clock import now
from core.database import db
from core.errors import InvalidRequest, NotFound
from core.i18n import official
from core.ids import new_id

LIFE = timedelta(days=7)
MOST_IN_AN_HOUR = 30


def invite(
    number: str,
    invited: str,
    role: OrganisationRole,
    *,
    by: Actor,
    valid_until: datetime | None = None,
) -> tuple[Invitation, str]:
    """Invite somebody, known by login or e-mail; returns the link's secret too, which is not kept.

    Raises NotFound, NotAllowed, RoleNotGivable, DatesReversed, InvalidRequest, and TooManyAttempts
    when the organisation has sent too many of them.
    """
    organisation = _administered(number, by)
    _require_few(organisation)
    require_givable(role, valid_until)
    if not (name := folded(invited)):
        raise InvalidRequest
    secret, moment = new_secret(), now()
    invitation = Invitation(
        id=new_id(),
        organisation_number=organisation.number,
        role=role,
        valid_until=valid_until,
        invited=name,
        token_hash=digest(secret),
        invited_by=by.id,
        invited_at=moment,
        expires_at=moment + LIFE,
    )
    db.session.add(invitation)
    told = {"invited": name, "role": str(role)}
    record(AccountTag.INVITED, organisation, by.id, f"invitation:{invitation.id}", **told)
    _mail(name, organisation, secret, by)
    return invitation, secret


def withdraw_invitation(invitation_id: UUID, *, by: Actor) -> None:
    """Let a link work no more; raises NotFound, NotAllowed."""
    invitation = db.session.get(Invitation, invitation_id)
    if invitation is None:
        raise NotFound
    organisation = _administered(invitation.organisation_number, by)
    db.session.refresh(invitation)
    if invitation.used_at is not None:
        raise NotFound
    invitation.withdrawn_at = now()
    subject = f"invitation:{invitation.id}"
    record(AccountTag.INVITATION_WITHDRAWN, organisation, by.id, subject)


def accept_invitation(secret: str, *, by: Actor) -> Membership:
    """Become a member by an invitation to oneself; raises InvitationInvalid, AlreadyMember."""
    account = db.session.get_one(Account, person(by))
    found = find_invitation(secret, account)
    organisation = hold(found.organisation_number)
    invitation = find_invitation(secret, account)
    known = standing(account.id, organisation.number)
    if known is not None and known.state is MembershipState.ACTIVE and _lasts(known):
        raise AlreadyMember
    if known is not None:
        known.ended_at = now()
        db.session.flush()
    invitation.used_at = now()
    membership = _member(account, invitation)
    db.session.add(membership)
    subject = f"account:{account.id}"
    record(AccountTag.MEMBERSHIP_ADDED, organisation, by.id, subject, role=invitation.role)
    return membership


def find_invitation(secret: str, account: Account) -> Invitation:
    """The open invitation of a link for this very account; raises InvitationInvalid."""
    found = db.session.scalars(
        select(Invitation)
        .where(
            Invitation.token_hash == digest(secret),
            Invitation.used_at.is_(None),
            Invitation.withdrawn_at.is_(None),
            Invitation.expires_at > now(),
        )
        .execution_options(populate_existing=True)
    ).one_or_none()
    names = {account.login, folded(account.email or "")}
    if found is None or found.invited not in names:
        raise InvitationInvalid
    return found


def _require_few(organisation: Organisation) -> None:
    """The row of the organisation is locked, so two at once cannot both be the last allowed one."""
    sent = db.session.scalar(
        select(func.count()).where(
            Invitation.organisation_number == organisation.number,
            Invitation.invited_at > now() - timedelta(hours=1),
        )
    )
    if (sent or 0) >= MOST_IN_AN_HOUR:
        raise TooManyAttempts(minutes=60)


def _mail(invited: str, organisation: Organisation, secret: str, by: Actor) -> None:
    told = {
        "inviter": by.name,
        "organisation": organisation.name or organisation.number,
        "address": f"{runtime().public_url}/invitations/{secret}",
    }
    account = account_by_login(invited)
    if account is not None and account.active and account.email:
        tell(account.id, Notice.ORGANISATION_INVITATION, **told)
    elif is_address(invited):
        inviter = db.session.get(Account, by.stands_for or by.account_id)
        language = inviter.language if inviter else official()
        tell_address(invited, Notice.ORGANISATION_INVITATION, language=language, **told)


def _administered(number: str, by: Actor) -> Organisation:
    subject = Scope(acting_for=number_of(number))
    if not allows(by, Action.ORGANISATION_VIEW, subject):
        raise NotFound
    require(by, Action.ORGANISATION_ADMINISTER, subject)
    return hold(number_of(number))


def _lasts(membership: Membership) -> bool:
    return membership.valid_until is None or membership.valid_until > now()


def _member(account: Account, invitation: Invitation) -> Membership:
    return Membership(
        id=new_id(),
        account_id=account.id,
        organisation_number=invitation.organisation_number,
        role=invitation.role,
        state=MembershipState.ACTIVE,
        basis=MembershipBasis.INVITATION,
        decided_by=invitation.invited_by,
        decided_at=invitation.invited_at,
        valid_from=now(),
        valid_until=invitation.valid_until,
    )

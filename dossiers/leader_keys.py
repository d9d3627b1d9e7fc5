"""The keys by which leaders sign in their own names, for who looks after an agency's certificates."""

from uuid import UUID

from sqlalchemy import or_, select

import signing
from accounts.models import Account, RoleGrant
from core.clock import now
from core.database import db


def keys_of_leaders(agency_id: UUID) -> list[tuple[str, signing.SealKey]]:
    """The personal keys of who has a role at an agency now, with their names; newest first for each."""
    holders = [UUID(each) for each in signing.key_holders()]
    moment = now()
    people = db.session.execute(
        select(Account.id, Account.display_name)
        .join(RoleGrant, RoleGrant.account_id == Account.id)
        .where(
            Account.id.in_(holders),
            or_(RoleGrant.agency_id == agency_id, RoleGrant.agency_id.is_(None)),
            RoleGrant.valid_from <= moment,
            or_(RoleGrant.valid_until.is_(None), RoleGrant.valid_until > moment),
        )
        .distinct()
        .order_by(Account.display_name, Account.id)
    )
    return [(name, key) for account, name in people for key in signing.personal_keys(str(account))]

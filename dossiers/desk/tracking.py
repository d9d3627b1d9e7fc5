"""Following a dossier without an account: by its code and what was asked at the desk."""

from sqlalchemy import or_, select

from accounts.guests import links
from accounts.runtime import runtime as accounts
from core.clock import today
from core.database import db
from dossiers.desk.errors import NotTracked
from dossiers.desk.models import DeskReception
from dossiers.desk.operations import FACT
from dossiers.guest_rules import guest_rules
from dossiers.models import Dossier


def track(code: str, fact: str, *, address: str) -> Dossier:
    """The dossier of a code (national, or our reference), for who knows its second fact.

    Opens its own transaction for counting. Raises NotTracked alike for everything that does not fit,
    and TooManyAttempts for the asker's network address.
    """
    links.count_try(address)
    found = db.session.execute(
        select(Dossier, DeskReception)
        .join(DeskReception, DeskReception.dossier_id == Dossier.id)
        .where(
            or_(Dossier.code == code.strip(), Dossier.reference == code.strip()),
            Dossier.submitted_at.is_not(None),
            Dossier.pseudonymised_at.is_(None),
        )
    ).one_or_none()
    if found is None or not _fits(found[1], fact):
        raise NotTracked
    return found[0]


def _fits(taken: DeskReception, typed: str) -> bool:
    kind = guest_rules().fact_of(taken.fact_kind)
    read = kind.read(typed, today=today()) if kind is not None else None
    if read is None or not taken.fact:
        return False
    return accounts().keyed.matches(taken.fact, f"{taken.dossier_id}{read}", purpose=FACT)

"""Demo accounts. Their password is known to everybody: never let them meet real people."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from accounts import operations
from accounts.actor import SYSTEM, Kind, Role
from accounts.models import Account, Agency
from accounts.policy import Action
from core.database import db

PASSWORD = "Mot-Cua-Chao-Ban-2026"  # noqa: S105  printed at every start of the demo
PORTAL_CLIENT = "national-portal"
PORTAL_SECRET = "sandbox-portal-secret"  # noqa: S105  likewise

AGENCIES = (
    ("H26.16", "HN", {"vi": "Sở Y tế Hà Nội", "en": "Ha Noi Department of Health"}),
    ("H29.16", "HCM", {"vi": "Sở Y tế TP. Hồ Chí Minh", "en": "Ho Chi Minh City Dept. of Health"}),
)


@dataclass(frozen=True)
class Person:
    """One demo account: who it is, and the role it has: in the first agency, administrators in all."""

    login: str
    name: str
    english: str
    role: Role | None = None
    organisation: str | None = None
    queue: str | None = None


PEOPLE = (
    Person("saomai", "Nguyễn Thị Mai", "applicant", organisation="0315123453"),
    Person("dongxanh", "Trần Văn Xanh", "applicant, another company", organisation="3601234569"),
    Person("motcua", "Lê Thu Hà", "desk clerk", Role.DESK_CLERK),
    Person("chuyenvien", "Phạm Quốc Bảo", "device officer", Role.OFFICER, queue="device-officer"),
    Person("lanhdao", "Hoàng Minh Đức", "director", Role.DIRECTOR),
    Person("kiemtoan", "Vũ Hải Yến", "auditor", Role.AUDITOR),
    Person("vanhanh", "Đỗ Anh Tuấn", "operator", Role.OPERATOR),
    Person("giamsat", "Ngô Thị Hạnh", "second operator", Role.OPERATOR),
    Person("quantri", "Bùi Ngọc Lan", "administrator", Role.ADMINISTRATOR),
    Person("quantri2", "Đặng Thu Thủy", "second administrator", Role.ADMINISTRATOR),
)


def create_people() -> None:
    """Enter the agencies, the people and the national portal; nothing when there are accounts."""
    if db.session.scalars(select(Account.id).limit(1)).first() is not None:
        return
    agencies = [
        operations.create_agency(code, ending, names, by=SYSTEM) for code, ending, names in AGENCIES
    ]
    for person in PEOPLE:
        _create(person, agencies[0].id)
    operations.register_client(
        PORTAL_CLIENT,
        "Cổng Dịch vụ công quốc gia",
        role=Role.PORTAL,
        scopes=frozenset({Action.PORTAL_READ}),
        by=SYSTEM,
        secret=PORTAL_SECRET,
    )


def account_of(login: str) -> Account:
    """The account of a demo person."""
    return db.session.scalars(select(Account).where(Account.login == login)).one()


def first_agency() -> Agency:
    """The agency where the demo staff works."""
    return db.session.scalars(select(Agency).where(Agency.code == AGENCIES[0][0])).one()


def _create(person: Person, agency_id: UUID) -> None:
    kind = Kind.STAFF if person.role else Kind.CITIZEN
    employed = person.role not in {None, Role.ADMINISTRATOR}
    where = agency_id if employed else None
    account = operations.create_account(
        person.login, person.name, kind=kind, by=SYSTEM, password=PASSWORD, agency_id=where
    )
    if person.role:
        operations.grant_role(
            account.id, person.role, by=SYSTEM, agency_id=where, queue=person.queue
        )
    if person.organisation:
        operations.add_membership(account.id, person.organisation, by=SYSTEM)

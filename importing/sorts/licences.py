"""Licences that were issued before: entries of the public register."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from stdnum.vn import mst

from accounts.actor import Actor, Kind
from accounts.errors import AgencyUnknown
from accounts.models import Account
from accounts.queries import folded
from core.clock import today
from core.database import db
from core.errors import N_
from dossiers.models import BookNumber, RegisterEntry
from dossiers.operations import legacy
from importing.errors import NumberTaken
from importing.mapping import Field
from importing.problems import Problem, problem
from importing.sorts.common import (
    LEGACY_KEY,
    Checked,
    Places,
    Seen,
    Sort,
    Value,
    is_enterprise_number,
    taken,
)
from workflows.pack import ServicePack

_FACT = "fact."


class Licences(Sort):
    """One licence a row, held until the release; `fact.<name>` are what the register shows of it."""

    code: ClassVar = "licences"
    title: ClassVar = N_("Licences issued before")
    about_service: ClassVar = True

    def __init__(self, pack: ServicePack) -> None:
        self._pack = pack
        self.fields = (*_FIELDS, *_facts(pack), LEGACY_KEY)

    def look(self, rows: Sequence[Value]) -> None:
        """See `Sort.look`."""
        self._places = Places(rows)
        numbers = [row.get("number", "") for row in rows]
        given = taken(BookNumber.number, numbers) | taken(RegisterEntry.number, numbers)
        self._seen = Seen("number", given)
        logins = [folded(row.get("owner", "")) for row in rows]
        self._owners = taken(Account.login, logins)

    def check(self, number: int, values: Value) -> Checked:
        """See `Sort.check`."""
        issued = self.mapping.day(values.get("issued_on", ""))
        found = [
            *self.basic_problems(values),
            *self._seen.check(values.get("number", ""), number),
            *self._of_parties(values),
            *_of_day(values, issued),
        ]
        return Checked(values, found, {"issued_on": issued})

    def make(self, checked: Checked, *, by: Actor) -> dict[str, Any]:
        """See `Sort.make`. Raises NumberTaken."""
        values = checked.values
        agency = Places([values]).agency(values["agency"])
        if agency is None:
            raise AgencyUnknown(agency=values["agency"])
        try:
            with db.session.begin_nested():
                entry = legacy.enter_licence(
                    _licence(values, checked.plan["issued_on"]), self._pack, agency, by=by.id
                )
        except IntegrityError as error:
            raise NumberTaken(number=values["number"]) from error
        owner = _owner(values.get("owner", ""))
        return {
            "entry": str(entry.id),
            "version": entry.version,
            "owner": str(owner) if owner else "",
        }

    def release(self, made: Mapping[str, Any], *, by: Actor) -> None:
        """See `Sort.release`."""
        owner = UUID(made["owner"]) if made["owner"] else None
        legacy.release_licence(UUID(made["entry"]), owner_id=owner, by=by.id)

    def take_back(self, made: Mapping[str, Any], *, reason: str, by: Actor) -> None:
        """See `Sort.take_back`."""
        legacy.void_licence(UUID(made["entry"]), version=made["version"], reason=reason, by=by.id)

    def _of_parties(self, values: Value) -> Iterator[Problem]:
        agency, enterprise = values.get("agency", ""), values.get("organisation_number", "")
        if agency and self._places.agency(agency) is None:
            yield problem("agency", "agency-unknown", value=agency)
        if enterprise and not is_enterprise_number(enterprise):
            yield problem("organisation_number", "enterprise-number", value=enterprise)
        owner = values.get("owner", "")
        if owner and (folded(owner) not in self._owners or _owner(owner) is None):
            yield problem("owner", "owner-unknown", value=owner)


_FIELDS = (
    Field(
        "number", N_("Number of the licence"), needed=True, also=("number", "số", "số giấy phép")
    ),
    Field("agency", N_("Agency"), needed=True, also=("cơ quan", "cơ quan cấp", "mã cơ quan")),
    Field("issued_on", N_("Issued on"), needed=True, also=("date", "issued", "ngày cấp")),
    Field(
        "organisation_number",
        N_("Enterprise number"),
        needed=True,
        also=("tax code", "mã số thuế", "mã số doanh nghiệp", "mst"),
    ),
    Field(
        "organisation_name",
        N_("Name of the organisation"),
        needed=True,
        also=("company", "organisation", "tên doanh nghiệp", "tên tổ chức", "doanh nghiệp"),
    ),
    Field("owner", N_("Login of the holder"), also=("tài khoản chủ hồ sơ",)),
)


def _facts(pack: ServicePack) -> Iterator[Field]:
    for name in pack.manifest.register_facts:
        yield Field(_FACT + name, pack.manifest.fact_names.get(name, {"en": name}), also=(name,))


def _of_day(values: Value, issued: date | None) -> Iterator[Problem]:
    if values.get("issued_on") and issued is None:
        yield problem("issued_on", "not-a-date", value=values["issued_on"])
    if issued is not None and issued > today():
        yield problem("issued_on", "future")


def _licence(values: Value, issued: date) -> legacy.Licence:
    facts = {
        name.removeprefix(_FACT): text
        for name, text in values.items()
        if name.startswith(_FACT) and text
    }
    return legacy.Licence(
        number=values["number"],
        issued_on=issued,
        organisation_number=mst.format(mst.validate(values["organisation_number"])),
        organisation_name=values["organisation_name"],
        facts=facts,
    )


def _owner(login: str) -> UUID | None:
    if not login:
        return None
    return db.session.scalar(
        select(Account.id).where(Account.login == folded(login), Account.kind == Kind.CITIZEN)
    )

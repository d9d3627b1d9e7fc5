"""Accounts of the staff, with their roles."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar, Final
from uuid import UUID

from accounts import granting, imported, links, staffing
from accounts.actor import GRANTABLE_ROLES, Actor, Role
from accounts.errors import AgencyUnknown, UnitUnknown
from accounts.granting import Reach
from accounts.models import Account
from accounts.queries import folded
from core.errors import N_
from core.i18n import offered, official
from importing.mapping import Field
from importing.problems import Problem, problem
from importing.sorts.common import LEGACY_KEY, Checked, Places, Seen, Sort, Value, taken
from workflows.queries import services

_LOGIN: Final = re.compile(r"[\w.@-]{1,100}")
_FOR_PROGRAMS: Final = frozenset({Role.PORTAL, Role.INTEGRATION})
ROLES: Final = GRANTABLE_ROLES - _FOR_PROGRAMS


class Staff(Sort):
    """One account a row, shut until the release. Several roles are divided by semicolons."""

    code: ClassVar = "staff"
    title: ClassVar = N_("Staff")
    fields = (
        Field("login", N_("Login"), needed=True, also=("username", "user", "tài khoản")),
        Field("name", N_("Name"), needed=True, also=("full name", "họ tên", "họ và tên", "tên")),
        Field("email", N_("E-mail"), also=("mail", "thư điện tử", "email")),
        Field("agency", N_("Agency"), also=("agency code", "cơ quan", "mã cơ quan")),
        Field("unit", N_("Code of the unit"), also=("unit", "phòng", "mã phòng")),
        Field("roles", N_("Roles"), also=("role", "vai trò")),
        Field("queue", N_("Queue"), also=("hàng đợi",)),
        Field("service", N_("Service"), also=("thủ tục", "dịch vụ")),
        Field("language", N_("Language"), also=("ngôn ngữ",)),
        LEGACY_KEY,
    )

    def look(self, rows: Sequence[Value]) -> None:
        """See `Sort.look`."""
        self._places = Places(rows)
        logins = taken(Account.login, [folded(row.get("login", "")) for row in rows])
        self._seen = Seen("login", logins)
        self._services = {pack.manifest.key for pack in services()}

    def check(self, number: int, values: Value) -> Checked:
        """See `Sort.check`."""
        found = [
            *self.basic_problems(values),
            *self._of_person(number, values),
            *self._of_place(values),
            *self._of_roles(values),
        ]
        return Checked(values, found)

    def make(self, checked: Checked, *, by: Actor) -> dict[str, Any]:
        """See `Sort.make`. The release by a second person is what roles of authority need."""
        values, reach = checked.values, _reach(checked.values)
        language = values.get("language", "")
        account = staffing.create_staff(
            values["login"],
            values["name"],
            values.get("email", ""),
            by=by,
            agency_id=reach.agency_id,
            language=language if language in offered() else official(),
        )
        roles = _roles(values)
        for role in roles:
            granting.give(account.id, Role(role), reach, by=by, reason="import")
        imported.hold_account(account, by=by)
        return {"account": str(account.id), "version": account.version, "roles": len(roles)}

    def release(self, made: Mapping[str, Any], *, by: Actor) -> None:
        """See `Sort.release`. Whoever has an e-mail address gets the link for a first password."""
        account_id = UUID(made["account"])
        imported.release_account(account_id, version=made["version"], by=by)
        if staffing.find_staff(account_id, visible_to=by).email:
            links.invite(account_id, by=by)

    def take_back(self, made: Mapping[str, Any], *, reason: str, by: Actor) -> None:
        """See `Sort.take_back`."""
        imported.take_account_back(
            UUID(made["account"]),
            version=made["version"],
            grants=made["roles"],
            reason=reason,
            by=by,
        )

    def _of_person(self, number: int, values: Value) -> Iterator[Problem]:
        login, email = values.get("login", ""), values.get("email", "")
        if login and not _LOGIN.fullmatch(login):
            yield problem("login", "login", value=login)
        yield from self._seen.check(folded(login), number, login)
        if email and not links.is_address(email):
            yield problem("email", "email", value=email)

    def _of_place(self, values: Value) -> Iterator[Problem]:
        agency = self._places.agency(values.get("agency", ""))
        if values.get("agency") and agency is None:
            yield problem("agency", "agency-unknown", value=values["agency"])
        elif values.get("unit") and self._places.unit(agency, values["unit"]) is None:
            yield problem("unit", "unit-unknown", value=values["unit"])

    def _of_roles(self, values: Value) -> Iterator[Problem]:
        for role in _roles(values):
            if role not in ROLES:
                yield problem("roles", "role-unknown", value=role, roles=", ".join(sorted(ROLES)))
        if values.get("service") and values["service"] not in self._services:
            yield problem("service", "service-unknown", value=values["service"])


def _roles(values: Value) -> list[str]:
    return [role.strip() for role in values.get("roles", "").split(";") if role.strip()]


def _reach(values: Value) -> Reach:
    places = Places([values])
    agency = places.agency(values.get("agency", ""))
    if values.get("agency") and agency is None:
        raise AgencyUnknown(agency=values["agency"])
    unit = places.unit(agency, values.get("unit", ""))
    if values.get("unit") and unit is None:
        raise UnitUnknown(unit=values["unit"])
    return Reach(
        agency_id=agency.id if agency else None,
        unit_id=unit.id if unit else None,
        service=values.get("service") or None,
        queue=values.get("queue") or None,
    )

"""Open dossiers of an older system, which go on here where their service says."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time
from typing import Any, ClassVar, Final
from uuid import UUID

from flask import has_request_context
from flask_babel import get_locale
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from stdnum.vn import mst

from accounts.actor import Actor, Kind
from accounts.errors import AgencyUnknown
from accounts.identities import citizen_of_number
from accounts.models import Account
from accounts.queries import folded
from core.clock import now, zone
from core.database import db
from core.errors import N_
from core.i18n import official
from dossiers.context import jurisdiction
from dossiers.models import Dossier
from dossiers.operations import legacy_dossiers
from dossiers.operations.legacy_dossiers import LegacyDossier
from forms import AnswersInvalid
from forms.numbers import read_number
from importing.errors import NumberTaken
from importing.mapping import Field
from importing.problems import Problem, problem
from importing.sorts.answers import ANSWER, answer_fields, answers_of
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
from workflows.vocabulary import CHANNELS

_YES: Final = frozenset({"yes", "true", "1", "x", "có", "co"})
_MOMENTS: Final = ("submitted_at", "received_at", "due_at")
_NEEDS_RECEPTION: Final = frozenset({"received", "processing"})


class Dossiers(Sort):
    """One dossier a row, held until the release; `answer.<key>` are the answers of the form."""

    code: ClassVar = "dossiers"
    title: ClassVar = N_("Open dossiers")
    about_service: ClassVar = True

    def __init__(self, pack: ServicePack) -> None:
        self._pack = pack
        self._form = pack.form(pack.manifest.application_form)
        self._states = {
            word.casefold(): state
            for state, entry in pack.manifest.legacy_entry.items()
            for word in (state, *entry.also)
        }
        self.fields = (*FIELDS, *answer_fields(self._form), LEGACY_KEY)

    def look(self, rows: Sequence[Value]) -> None:
        """See `Sort.look`."""
        self._places = Places(rows)
        codes = [row.get("code", "") for row in rows]
        columns = (Dossier.code, Dossier.legacy_code, Dossier.reference)
        self._seen = Seen("code", set().union(*(taken(column, codes) for column in columns)))
        self._people = {
            name: _people(kind, [row.get(name, "") for row in rows])
            for name, kind in (("owner", Kind.CITIZEN), ("officer", Kind.STAFF))
        }

    def check(self, number: int, values: Value) -> Checked:
        """See `Sort.check`."""
        moments = {name: self._moment(name, values) for name in _MOMENTS}
        answers, wrong = self._answers(values)
        found = [
            *self.basic_problems(values),
            *self._seen.check(values.get("code", ""), number),
            *self._of_place(values),
            *self._of_people(values),
            *self._of_state(values),
            *_of_moments(values, moments),
            *_of_words(values),
            *wrong,
        ]
        if not found:
            found += self._of_organisation(values, answers)
        plan = {} if found else {"old": self._old(values, moments, answers)}
        return Checked(values, found, plan)

    def make(self, checked: Checked, *, by: Actor) -> dict[str, Any]:
        """See `Sort.make`. Raises NumberTaken."""
        values, old = checked.values, checked.plan["old"]
        agency = self._places.agency(values["agency"])
        if agency is None:
            raise AgencyUnknown(agency=values["agency"])
        try:
            with db.session.begin_nested():
                dossier = legacy_dossiers.hold_dossier(old, self._pack, agency, by=by.id)
        except IntegrityError as error:
            raise NumberTaken(number=values["code"]) from error
        return {"dossier": str(dossier.id), "version": dossier.version}

    def release(self, made: Mapping[str, Any], *, by: Actor) -> None:
        """See `Sort.release`."""
        legacy_dossiers.release_dossier(UUID(made["dossier"]), by=by.id)

    def take_back(self, made: Mapping[str, Any], *, reason: str, by: Actor) -> None:
        """See `Sort.take_back`."""
        legacy_dossiers.remove_dossier(
            UUID(made["dossier"]), version=made["version"], reason=reason, by=by.id
        )

    def _of_place(self, values: Value) -> Iterator[Problem]:
        agency = self._places.agency(values.get("agency", ""))
        if values.get("agency") and agency is None:
            yield problem("agency", "agency-unknown", value=values["agency"])
        elif values.get("unit") and self._places.unit(agency, values["unit"]) is None:
            yield problem("unit", "unit-unknown", value=values["unit"])

    def _of_people(self, values: Value) -> Iterator[Problem]:
        for name, people in self._people.items():
            login = values.get(name, "")
            if login and folded(login) not in people:
                yield problem(name, f"{name}-unknown", value=login)

    def _of_state(self, values: Value) -> Iterator[Problem]:
        said = values.get("state", "")
        state = self._states.get(said.casefold())
        if said and state is None:
            known = ", ".join(sorted(self._pack.manifest.legacy_entry))
            yield problem("state", "state-unknown", value=said, states=known)
        elif state and self._is_received(state) and not values.get("received_at"):
            yield problem("received_at", "missing")

    def _is_received(self, state: str) -> bool:
        return self._pack.manifest.legacy_entry[state].status in _NEEDS_RECEPTION

    def _of_organisation(self, values: Value, answers: Mapping[str, Any]) -> Iterator[Problem]:
        number = values.get("applicant_organisation", "")
        if number and not is_enterprise_number(number):
            yield problem("applicant_organisation", "enterprise-number", value=number)
        elif number and mst.compact(number) != mst.compact(self._number_in(answers)):
            yield problem(
                "applicant_organisation", "numbers-differ", value=self._number_in(answers)
            )

    def _number_in(self, answers: Mapping[str, Any]) -> str:
        return str(self._pack.read(self._pack.manifest.owner_number, answers) or "")

    def _answers(self, values: Value) -> tuple[Mapping[str, Any], list[Problem]]:
        given = answers_of(self._form, values, self.mapping)
        try:
            return self._form.load(given, _language()), []
        except AnswersInvalid as error:
            return {}, sorted(_problems_of(error), key=self._place)

    def _place(self, each: Problem) -> int:
        names = [field.name for field in self.fields]
        return names.index(each.field) if each.field in names else len(names)

    def _moment(self, name: str, values: Value) -> datetime | None:
        of_day = _close_of if name == "due_at" else _beginning_of
        return self.mapping.moment(values.get(name, ""), of_day)

    def _old(
        self,
        values: Value,
        moments: Mapping[str, datetime | None],
        answers: Mapping[str, Any],
    ) -> LegacyDossier:
        unit = self._places.unit(self._places.agency(values["agency"]), values.get("unit", ""))
        number, identity = (
            values.get("applicant_organisation", ""),
            values.get("identity_number", ""),
        )
        officer = self._people["officer"].get(folded(values.get("officer", "")))
        return LegacyDossier(
            code=values["code"],
            is_national=values.get("is_national", "").casefold() in _YES,
            state=self._states[values["state"].casefold()],
            said=values["state"],
            answers=answers,
            applicant=_applicant(values),
            acting_for=mst.format(mst.validate(number)) if number else "",
            owner_id=self._owner(values, identity),
            identity_number=identity,
            unit_id=unit.id if unit else None,
            channel=values.get("channel") or legacy_dossiers.REASON,
            fee=_fee(values) or 0,
            remark=values.get("remark", ""),
            officer=f"account:{officer}" if officer else "",
            submitted_at=moments["submitted_at"] or moments["received_at"] or now(),
            received_at=moments["received_at"],
            due_at=moments["due_at"],
        )

    def _owner(self, values: Value, identity: str) -> UUID | None:
        """The account that the file names, or of which a provider has told this identity number."""
        named = self._people["owner"].get(folded(values.get("owner", "")))
        return named or (citizen_of_number(identity) if identity else None)


FIELDS: Final = (
    Field("code", N_("Code in the older system"), needed=True, also=("mã hồ sơ", "số hồ sơ")),
    Field("is_national", N_("The code is the national one"), also=("mã quốc gia",)),
    Field("agency", N_("Agency"), needed=True, also=("cơ quan", "mã cơ quan")),
    Field("unit", N_("Code of the unit"), also=("unit", "phòng", "mã phòng")),
    Field("state", N_("State in the older system"), needed=True, also=("status", "trạng thái")),
    Field("submitted_at", N_("Submitted at"), also=("ngày nộp",)),
    Field("received_at", N_("Received at"), also=("ngày tiếp nhận", "ngày nhận")),
    Field("due_at", N_("Due at"), also=("ngày hẹn trả", "hạn xử lý")),
    Field("applicant_name", N_("Name of the applicant"), also=("người nộp", "tên người nộp")),
    Field("applicant_email", N_("E-mail of the applicant"), also=("email người nộp",)),
    Field("applicant_phone", N_("Phone of the applicant"), also=("điện thoại người nộp",)),
    Field("identity_number", N_("Identity number of the applicant"), also=("số định danh", "cccd")),
    Field(
        "applicant_organisation",
        N_("Enterprise number of the applicant"),
        also=("mã số thuế", "mst"),
    ),
    Field("owner", N_("Login of the applicant"), also=("tài khoản chủ hồ sơ",)),
    Field("channel", N_("Channel (online, counter or post)"), also=("hình thức nộp", "kênh nộp")),
    Field("fee", N_("Fee paid"), also=("phí đã nộp", "lệ phí")),
    Field("remark", N_("Remark"), also=("ghi chú",)),
    Field("officer", N_("Login of the handling officer"), also=("cán bộ xử lý", "người xử lý")),
)


def _problems_of(error: AnswersInvalid) -> Iterator[Problem]:
    for path, messages in error.fields.items():
        for message in messages:
            yield problem(ANSWER + ".".join(map(str, path)), "answer", message=message)


def _language() -> str:
    """The language of who looks; a job or a command has none."""
    return str(get_locale()) if has_request_context() else official()


def _people(kind: Kind, logins: Sequence[str]) -> Mapping[str, UUID]:
    """The accounts of a kind that are open, by login."""
    known = taken(Account.login, [folded(login) for login in logins if login])
    rows = db.session.execute(
        select(Account.login, Account.id).where(
            Account.login.in_(known), Account.kind == kind, Account.active.is_(True)
        )
    )
    return {row.login: row.id for row in rows}


def _applicant(values: Value) -> Mapping[str, str]:
    told = {name: values.get(f"applicant_{name}", "") for name in ("name", "email", "phone")}
    return {name: text for name, text in told.items() if text}


def _of_moments(values: Value, moments: Mapping[str, datetime | None]) -> Iterator[Problem]:
    for name, moment in moments.items():
        if values.get(name) and moment is None:
            yield problem(name, "not-a-moment", value=values[name])
        elif moment and name != "due_at" and moment > now():
            yield problem(name, "not-yet")
    received, due = moments["received_at"], moments["due_at"]
    if received and due and due < received:
        yield problem("due_at", "due-early")


def _of_words(values: Value) -> Iterator[Problem]:
    if values.get("fee") and _fee(values) is None:
        yield problem("fee", "amount", value=values["fee"])
    if values.get("channel") and values["channel"] not in CHANNELS:
        yield problem("channel", "channel-unknown", value=values["channel"])


def _fee(values: Value) -> int | None:
    """In the smallest unit of the currency; None for what is no amount."""
    amount = read_number(values.get("fee", ""), "vi")
    if amount is None or amount < 0:
        return None
    return int(amount * 10 ** int(jurisdiction().profile.currency["decimals"]))


def _beginning_of(day: date) -> datetime:
    return datetime.combine(day, time(), zone())


def _close_of(day: date) -> datetime:
    return jurisdiction().calendar.end_of(day)

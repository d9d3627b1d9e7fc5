"""`fees` in `service.yaml`: what is owed for what, who owes less, who is paid back, and receipts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from marshmallow import ValidationError, fields, post_load, validate, validates_schema

from workflows.sections import Strict, Texts, texts
from workflows.vocabulary import CHANNELS, DossierStatus

ALL = 100
_WORD = validate.Regexp(r"^[a-z0-9]+([-_][a-z0-9]+)*$")


class Fallback(StrEnum):
    """What is owed on a day for which the tariff has no line."""

    LAST = "last"
    FULL = "full"
    ASK = "ask"


class CountedFrom(StrEnum):
    """The day whose tariff counts: of submission, of reception, or that on which the fee is ordered."""

    SUBMITTED = "submitted"
    RECEIVED = "received"
    TODAY = "today"


@dataclass(frozen=True)
class FeeKind:
    """A kind of fee, owed where the FEEL text `when` holds (always, without one).

    `full` is what the fallback of that name takes, in the smallest unit of the profile's currency.
    """

    name: Texts
    when: str | None = None
    fallback: Fallback = Fallback.LAST
    full: int | None = None


@dataclass(frozen=True)
class TariffLine:
    """What a fee costs from a day on, perhaps until a last one, both counted.

    `amount` is in the smallest unit of the profile's currency. Empty `channel` and `variant` mean any;
    a line for a variant goes before one for any. An unverified line is shown as such.
    """

    fee: str
    amount: int
    first: date
    source: str
    verified: bool
    last: date | None = None
    channel: str = ""
    variant: str = ""


@dataclass(frozen=True)
class Exemption:
    """Why somebody owes less: `percent` is taken off the fees named (all, without names).

    With the FEEL text `when` it holds by itself; if `on_request` it may be asked for, with a paper of
    the kind `proof` where one is named, and a clerk decides. `basis` is the law.
    """

    name: Texts
    basis: str
    percent: int = ALL
    when: str | None = None
    on_request: bool = False
    proof: str | None = None
    fees: Sequence[str] = ()
    verified: bool = False


@dataclass(frozen=True)
class RefundRules:
    """Who gets a paid fee back once a dossier is over: by itself, or when the applicant asks."""

    by_itself: frozenset[DossierStatus] = frozenset()
    on_request: frozenset[DossierStatus] = frozenset()


@dataclass(frozen=True)
class ReceiptRules:
    """The book of receipts: its series, and how a number reads."""

    series: str
    pattern: str = "{series}-{year}-{sequence:06d}"


@dataclass(frozen=True)
class FeeRules:
    """Everything about the fees of a service. `variants` are FEEL texts, the first that holds counts.

    Whoever keeps the tariff is warned `warn_days` before a day without a line.
    """

    kinds: Mapping[str, FeeKind]
    tariff: Sequence[TariffLine] = ()
    variants: Mapping[str, str] = field(default_factory=dict)
    exemptions: Mapping[str, Exemption] = field(default_factory=dict)
    refunds: RefundRules = field(default_factory=RefundRules)
    receipts: ReceiptRules | None = None
    counted_from: CountedFrom = CountedFrom.SUBMITTED
    warn_days: int = 30


class _FeeKindSchema(Strict):
    makes = FeeKind
    name = texts()
    when = fields.String()
    fallback = fields.Enum(Fallback, by_value=True)
    full = fields.Integer(strict=True, validate=validate.Range(min=0))

    @validates_schema
    def _full_is_known(self, data: dict[str, Any], **_: Any) -> None:
        if data.get("fallback") is Fallback.FULL and "full" not in data:
            raise ValidationError("Write the full fee under `full`.", "full")


class _TariffLineSchema(Strict):
    makes = TariffLine
    fee = fields.String(required=True)
    amount = fields.Integer(required=True, strict=True, validate=validate.Range(min=0))
    first = fields.Date(required=True, data_key="from")
    last = fields.Date(data_key="until")
    channel = fields.String(validate=validate.OneOf(CHANNELS))
    variant = fields.String()
    source = fields.String(required=True)
    verified = fields.Boolean(required=True)

    @validates_schema
    def _in_order(self, data: dict[str, Any], **_: Any) -> None:
        if "last" in data and data["last"] < data["first"]:
            raise ValidationError("The line ends before it begins.", "until")


class _ExemptionSchema(Strict):
    makes = Exemption
    name = texts()
    basis = fields.String(required=True)
    percent = fields.Integer(strict=True, validate=validate.Range(min=1, max=ALL))
    when = fields.String()
    on_request = fields.Boolean()
    proof = fields.String()
    fees = fields.List(fields.String())
    verified = fields.Boolean()


def _statuses() -> fields.List[Any]:
    return fields.List(fields.Enum(DossierStatus, by_value=True), load_default=list)


class _RefundRulesSchema(Strict):
    makes = RefundRules
    by_itself = _statuses()
    on_request = _statuses()

    @validates_schema
    def _over(self, data: dict[str, Any], **_: Any) -> None:
        for name, named in data.items():
            if wrong := [str(status) for status in named if not status.final]:
                raise ValidationError(f"A dossier that is {wrong[0]} is not over.", name)

    @post_load
    def _make(self, data: dict[str, Any], **_: Any) -> RefundRules:
        return RefundRules(**{name: frozenset(named) for name, named in data.items()})


class _ReceiptRulesSchema(Strict):
    makes = ReceiptRules
    series = fields.String(required=True, validate=validate.Length(min=1, max=20))
    pattern = fields.String(
        validate=validate.Regexp(
            r"^(?=.*\{sequence(:0?\d\d?d)?\})(?=.*\{year\})(?=.*\{series\})[^{}]*"
            r"(\{(series|year|sequence(:0?\d\d?d)?)\}[^{}]*){3}$",
            error="Use {series}, {year} and {sequence:06d}, each once.",
        )
    )


class FeeRulesSchema(Strict):
    """How `fees` is read."""

    makes = FeeRules
    kinds = fields.Dict(
        keys=fields.String(validate=_WORD),
        values=fields.Nested(_FeeKindSchema),
        required=True,
        validate=validate.Length(min=1),
    )
    tariff = fields.List(fields.Nested(_TariffLineSchema))
    variants = fields.Dict(keys=fields.String(validate=_WORD), values=fields.String())
    exemptions = fields.Dict(
        keys=fields.String(validate=_WORD), values=fields.Nested(_ExemptionSchema)
    )
    refunds = fields.Nested(_RefundRulesSchema)
    receipts = fields.Nested(_ReceiptRulesSchema)
    counted_from = fields.Enum(CountedFrom, by_value=True)
    warn_days = fields.Integer(strict=True, validate=validate.Range(min=0, max=366))

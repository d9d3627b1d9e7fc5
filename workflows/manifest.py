"""`service.yaml`: the page that says what a service is, as typed data."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import yaml
from marshmallow import (
    ValidationError,
    fields,
    post_load,
    validate,
)

from core.errors import InvalidRequest
from workflows.errors import PackBroken
from workflows.sections import Strict, Texts, optional_texts, texts
from workflows.sections.desk import DeskRules, DeskRulesSchema
from workflows.sections.enquiries import EnquiryRule, EnquirySchema
from workflows.sections.fees import FeeRules, FeeRulesSchema
from workflows.sections.follow_ups import FollowUpRule, FollowUpSchema
from workflows.sections.issuing import Issuing, IssuingSchema
from workflows.sections.limits import LimitSchema, StepLimit, step_limits
from workflows.sections.numbering import Numbering, NumberingSchema
from workflows.sections.procedure_codes import ProcedureCode, ProcedureCodeSchema
from workflows.sections.procedure_field import ProcedureField, ProcedureFieldSchema
from workflows.sections.register import RegisterRules, RegisterSchema
from workflows.sections.requests import RequestRules, RequestRulesSchema
from workflows.vocabulary import CHANNELS, DossierStatus

CLOCK_STANDS = frozenset({DossierStatus.AWAITING_SUPPLEMENT})


@dataclass(frozen=True)
class Setting:
    """A fact that the service relies on. Unverified ones are shown as such wherever they are used."""

    value: Any
    verified: bool
    source: str


@dataclass(frozen=True)
class LimitVariant:
    """Another limit for a channel, or where a FEEL condition over the answers is true, or both."""

    amount: str
    unit: str
    channel: str | None = None
    when: str | None = None


@dataclass(frozen=True)
class TimeLimit:
    """The legal time limit: `amount` of `unit`, unless one of its `variants` holds, the first first.

    Units are `hour` (of office time), `working-day`, `calendar-day` and `month`; hours and working days
    may have a decimal fraction.
    """

    amount: str
    unit: str
    variants: Sequence[LimitVariant] = ()


@dataclass(frozen=True)
class DocumentType:
    """A paper that the service knows, sent by the applicant or made by the authority.

    `kept_as` is the code (of the profile's table `document-types`) as which the store of its owner
    keeps it, to be used again; empty for what is not kept. A `confidential` one is opened by whose
    dossier it is, and by who works a user task that reads it (`motcua:reads`).
    """

    name: Texts
    hint: Texts
    kept_as: str = ""
    confidential: bool = False


@dataclass(frozen=True)
class LegacyEntry:
    """Where a dossier of an older system enters the process, and what its applicant is told then.

    `element` is the id of a user task, receive task or catch event; `also` are other words for the
    same state there; `variables` are set beside dossier, answers and settings.
    """

    element: str
    status: str
    also: Sequence[str]
    variables: Mapping[str, Any]


@dataclass(frozen=True)
class Manifest:
    """What `service.yaml` says. FEEL texts begin with `=` and read the application's answers.

    `assurance` is the level of identity that an applicant must have proven: 0 where the service may be
    used `without_account` (if the profile allows it at all), else 1 at least. `fresh_proof` names the
    user tasks (ids in the model) that are completed only with a fresh proof of who one is.
    While a dossier is in a status of `clock_stands` its legal clock stands.
    `shapes` names the work shapes whose processes it calls (`workflows.shapes`).
    `procedure_codes` are tried in their order; where none holds, the setting `procedure_code` counts.
    `procedure_field` is the field of administration whose statistics count its dossiers.
    `step_limits` are those of single user tasks, by id; they stand before what the model draws.
    `legacy_entry` maps a state in an older system to the place where such a dossier goes on.
    `enquiries` says what other systems are asked about people, by the kind of document that answers.
    The fee comes from the tariff of `fees`, or from the table `fee_decision` where that is empty.
    """

    key: str
    name: Texts
    summary: Texts
    process: str
    application_form: str
    documents_decision: str
    fee_decision: str
    post_check_process: str | None
    owner_number: str
    owner_name: str
    register_facts: Mapping[str, str]
    fact_names: Mapping[str, Texts]
    time_limit: TimeLimit
    book: str
    documents: Mapping[str, DocumentType]
    settings: Mapping[str, Setting]
    assurance: int = 1
    without_account: bool = False
    fresh_proof: Sequence[str] = ()
    mandate_over: str = "hold"
    clock_stands: frozenset[DossierStatus] = CLOCK_STANDS
    legacy_entry: Mapping[str, LegacyEntry] = field(default_factory=dict)
    step_limits: Mapping[str, StepLimit] = field(default_factory=dict)
    procedure_field: ProcedureField | None = None
    procedure_codes: Sequence[ProcedureCode] = ()
    shapes: Sequence[str] = ()
    fees: FeeRules | None = None
    desk: DeskRules = field(default_factory=DeskRules)
    numbering: Numbering = field(default_factory=Numbering)
    issuing: Issuing = field(default_factory=Issuing)
    register: RegisterRules = field(default_factory=RegisterRules)
    follow_ups: Mapping[str, FollowUpRule] = field(default_factory=dict)
    requests: RequestRules = field(default_factory=RequestRules)
    enquiries: Mapping[str, EnquiryRule] = field(default_factory=dict)

    def setting(self, name: str) -> Any:
        """The value of a setting; KeyError when the service does not state it."""
        return self.settings[name].value


class _SettingSchema(Strict):
    makes = Setting
    value = fields.Raw(required=True)
    verified = fields.Boolean(required=True)
    source = fields.String(required=True)


class _LimitVariantSchema(LimitSchema):
    makes = LimitVariant
    channel = fields.String(validate=validate.OneOf(CHANNELS))
    when = fields.String()


class _TimeLimitSchema(LimitSchema):
    makes = TimeLimit
    variants = fields.List(fields.Nested(_LimitVariantSchema), load_default=list)


class _DocumentTypeSchema(Strict):
    makes = DocumentType
    name = texts()
    hint = optional_texts()
    kept_as = fields.String(load_default="")
    confidential = fields.Boolean(load_default=False)


class _LegacyEntrySchema(Strict):
    makes = LegacyEntry
    element = fields.String(required=True)
    status = fields.String(required=True)
    also = fields.List(fields.String(), load_default=list)
    variables = fields.Dict(keys=fields.String(), load_default=dict)


class _ManifestSchema(Strict):
    makes = Manifest
    key = fields.String(required=True, validate=validate.Regexp(r"^[a-z0-9]+(-[a-z0-9]+)*$"))
    name = texts()
    summary = texts()
    process = fields.String(required=True)
    application_form = fields.String(required=True)
    documents_decision = fields.String(required=True)
    fee_decision = fields.String(load_default="")
    post_check_process = fields.String(load_default=None)
    owner_number = fields.String(required=True)
    owner_name = fields.String(required=True)
    register_facts = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    fact_names = fields.Dict(keys=fields.String(), values=texts(), required=True)
    time_limit = fields.Nested(_TimeLimitSchema, required=True)
    book = fields.String(required=True)
    documents = fields.Dict(
        keys=fields.String(), values=fields.Nested(_DocumentTypeSchema), required=True
    )
    settings = fields.Dict(
        keys=fields.String(), values=fields.Nested(_SettingSchema), load_default=dict
    )
    assurance = fields.Integer(validate=validate.Range(min=0, max=3))
    without_account = fields.Boolean(load_default=False)
    fresh_proof = fields.List(fields.String(), load_default=list)
    mandate_over = fields.String(load_default="hold", validate=validate.OneOf(["hold", "route"]))
    clock_stands = fields.List(fields.Enum(DossierStatus, by_value=True))
    fees = fields.Nested(FeeRulesSchema)
    desk = fields.Nested(DeskRulesSchema)
    legacy_entry = fields.Dict(
        keys=fields.String(), values=fields.Nested(_LegacyEntrySchema), load_default=dict
    )
    numbering = fields.Nested(NumberingSchema, load_default=Numbering())
    issuing = fields.Nested(IssuingSchema, load_default=Issuing())
    register = fields.Nested(RegisterSchema, load_default=RegisterRules())
    follow_ups = fields.Dict(
        keys=fields.String(), values=fields.Nested(FollowUpSchema), load_default=dict
    )
    requests = fields.Nested(RequestRulesSchema, load_default=RequestRules())
    enquiries = fields.Dict(
        keys=fields.String(), values=fields.Nested(EnquirySchema), load_default=dict
    )

    shapes = fields.List(fields.String(), load_default=list)

    step_limits = step_limits()
    procedure_field = fields.Nested(ProcedureFieldSchema, load_default=None)
    procedure_codes = fields.List(fields.Nested(ProcedureCodeSchema), load_default=list)

    @post_load
    def _make(self, data: dict[str, Any], **_: Any) -> Any:
        data.setdefault("assurance", 0 if data["without_account"] else 1)
        if "clock_stands" in data:
            data["clock_stands"] = frozenset(data["clock_stands"])
        return super()._make(data)


class PlainLoader(yaml.SafeLoader):
    """YAML without aliases: a few lines of them can stand for more than any memory holds."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        """A node of the file; raises ComposerError for an alias."""
        if self.check_event(yaml.AliasEvent):
            raise yaml.composer.ComposerError(problem="an alias: write the value out again")
        return super().compose_node(parent, index)


@lru_cache(maxsize=64)
def read_manifest(text: bytes) -> Manifest:
    """Parse `service.yaml`, the same text once; raises PackBroken naming every field that is wrong."""
    try:
        manifest: Manifest = _ManifestSchema().load(yaml.load(text, PlainLoader))  # noqa: S506  a SafeLoader
    except (yaml.YAMLError, RecursionError) as error:
        raise PackBroken(file="service.yaml", fault=f"It is not valid YAML: {error}.") from error
    except ValidationError as error:
        raise PackBroken(file="service.yaml", fault=_faults(error.messages)) from error
    except InvalidRequest as error:
        raise PackBroken(file="service.yaml", fault=str(error)) from error
    return manifest


def _faults(messages: Any, path: str = "") -> str:
    if isinstance(messages, dict):
        return " ".join(
            _faults(inner, f"{path}.{name}".lstrip(".")) for name, inner in messages.items()
        )
    return f"{path}: {' '.join(map(str, messages))}"

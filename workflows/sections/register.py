"""`register` of `service.yaml`: how long entries are valid, what only one may say, how they change.

FEEL texts read `holder` (`number`, `name`), `facts` (those of `register_facts`) and `issued_on`: what
an entry from elsewhere has, too.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from marshmallow import ValidationError, fields, validate, validates_schema

from workflows.sections import Strict, Texts, texts

REFUSE, WARN = "refuse", "warn"
SAME_NUMBER, NEW_NUMBER = "same-number", "new-number"
PUBLIC, HIDDEN = "public", "hidden"
# What may be decided about an entry.
DEEDS: Final = ("amend", "suspend", "resume", "extend", "revoke")
KEY: Final = validate.Regexp(r"^[a-z0-9]+([-_][a-z0-9]+)*$")


@dataclass(frozen=True)
class Validity:
    """Until when an entry is valid: `years` (FEEL, a whole number) from its day of issue, or `until`
    (FEEL, a day); for ever without either, or where it is null."""

    years: str = ""
    until: str = ""


@dataclass(frozen=True)
class Unique:
    """What only one standing entry of the service may say: `key` is FEEL, null for those whom it does
    not concern. `before_submission`: whether who would be second is refused, or only warned."""

    key: str
    message: Texts
    before_submission: str = REFUSE


@dataclass(frozen=True)
class Ground:
    """A reason for which the law lets an entry be changed; `to` are actions without `register.`."""

    name: Texts
    to: Sequence[str] = ()


@dataclass(frozen=True)
class Procedure:
    """A process that staff may begin about an entry, such as a revocation."""

    process: str
    name: Texts


@dataclass(frozen=True)
class Copies:
    """From which book certified copies get their numbers, and how those are written."""

    book: str
    number_pattern: str
    resets: str = "never"


@dataclass(frozen=True)
class Decisions:
    """From which book decisions about entries get their numbers, which setting says how those are
    written, and which deeds are such decisions."""

    book: str
    setting: str
    resets: str = "year"
    of: Sequence[str] = DEEDS

    @property
    def yearly(self) -> bool:
        """Whether each year has a book of its own."""
        return self.resets == "year"


@dataclass(frozen=True)
class About:
    """The entry that a dossier of the service changes: `number` (FEEL over the answers), and the
    services whose entries that may be; its own if none is named."""

    number: str
    services: Sequence[str] = ()


@dataclass(frozen=True)
class RegisterRules:
    """Everything that may be left out: then entries are valid for ever and nothing is unique."""

    validity: Validity = field(default_factory=Validity)
    holder_number: str = PUBLIC
    unique: Mapping[str, Unique] = field(default_factory=dict)
    grounds: Mapping[str, Ground] = field(default_factory=dict)
    procedures: Mapping[str, Procedure] = field(default_factory=dict)
    reissue: str = NEW_NUMBER
    copies: Copies | None = None
    decisions: Decisions | None = None
    about: About | None = None


class _ValiditySchema(Strict):
    makes = Validity
    years = fields.String(load_default="")
    until = fields.String(load_default="")

    @validates_schema
    def _one_of_them(self, data: dict[str, Any], **_: Any) -> None:
        if data["years"] and data["until"]:
            raise ValidationError("Say `years` or `until`, not both.", "years")


class _UniqueSchema(Strict):
    makes = Unique
    key = fields.String(required=True)
    message = texts()
    before_submission = fields.String(load_default=REFUSE, validate=validate.OneOf([REFUSE, WARN]))


class _GroundSchema(Strict):
    makes = Ground
    name = texts()
    to = fields.List(
        fields.String(validate=validate.OneOf(["amend", "suspend", "revoke", "reissue", "extend"])),
        load_default=list,
    )


class _ProcedureSchema(Strict):
    makes = Procedure
    process = fields.String(required=True)
    name = texts()


class _CopiesSchema(Strict):
    makes = Copies
    book = fields.String(required=True)
    number_pattern = fields.String(required=True)
    resets = fields.String(load_default="never", validate=validate.OneOf(["never", "year"]))


class _DecisionsSchema(Strict):
    makes = Decisions
    book = fields.String(required=True)
    setting = fields.String(required=True)
    resets = fields.String(load_default="year", validate=validate.OneOf(["never", "year"]))
    of = fields.List(fields.String(validate=validate.OneOf(DEEDS)), load_default=list(DEEDS))


class _AboutSchema(Strict):
    makes = About
    number = fields.String(required=True)
    services = fields.List(fields.String(), load_default=list)


class RegisterSchema(Strict):
    """How it is read."""

    makes = RegisterRules
    validity = fields.Nested(_ValiditySchema, load_default=Validity())
    holder_number = fields.String(load_default=PUBLIC, validate=validate.OneOf([PUBLIC, HIDDEN]))
    unique = fields.Dict(
        keys=fields.String(validate=KEY), values=fields.Nested(_UniqueSchema), load_default=dict
    )
    grounds = fields.Dict(
        keys=fields.String(validate=KEY), values=fields.Nested(_GroundSchema), load_default=dict
    )
    procedures = fields.Dict(
        keys=fields.String(validate=KEY), values=fields.Nested(_ProcedureSchema), load_default=dict
    )
    reissue = fields.String(
        load_default=NEW_NUMBER, validate=validate.OneOf([SAME_NUMBER, NEW_NUMBER])
    )
    copies = fields.Nested(_CopiesSchema, load_default=None, allow_none=True)
    decisions = fields.Nested(_DecisionsSchema, load_default=None, allow_none=True)
    about = fields.Nested(_AboutSchema, load_default=None, allow_none=True)

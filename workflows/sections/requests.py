"""`requests`: what an authority and an applicant may ask of each other while a dossier is open.

Numbers and periods are not written here: a rule names an entry of `settings`, which says whether it is
verified and which an office may change by a dated decision.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from marshmallow import fields, validate

from workflows.sections import Strict

OFFICER: Final = "officer"
DIRECTOR: Final = "director"
AT_ONCE, ASKED = "at-once", "asked"
NEVER, WITH_BASIS = "never", "basis"


@dataclass(frozen=True)
class SupplementRules:
    """Asking the applicant to complete the dossier.

    `tasks` maps a user task to the answers by which it asks; `note` is the field of its form that
    takes the list in words. `rounds` and `term` name settings: how many rounds there are, and for how
    long the applicant may take (an ISO 8601 duration). A further round needs a stated `basis`, or
    there is `never` one.
    """

    tasks: Mapping[str, Mapping[str, Any]]
    note: str = ""
    rounds: str | None = None
    further_round: str = WITH_BASIS
    term: str | None = None


@dataclass(frozen=True)
class WithdrawalRules:
    """Whether a received dossier is withdrawn `at-once`, or `asked` of whoever decides."""

    after_reception: str = AT_ONCE
    decided_by: str = OFFICER


@dataclass(frozen=True)
class CorrectionRules:
    """That an applicant may ask to correct answers that he sent."""

    decided_by: str = OFFICER


@dataclass(frozen=True)
class ExtensionRules:
    """Settings that say how many extensions there are, and how many working days before the due
    date the last moment is to propose one."""

    most: str
    notice: str
    decided_by: str = DIRECTOR


@dataclass(frozen=True)
class StopRules:
    """Who decides that a dossier is stopped. By `officer`, what an officer proposes is done at once."""

    decided_by: str = DIRECTOR


@dataclass(frozen=True)
class RefusalRules:
    """`tasks` are those that refuse at the desk, by which answers, and `reason` the field that says
    why. Once received, an officer proposes it and whoever decides grants it."""

    tasks: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    reason: str = ""
    decided_by: str = DIRECTOR


@dataclass(frozen=True)
class RequestRules:
    """The rules of a service; what is None is not done in it."""

    supplement: SupplementRules | None = None
    withdrawal: WithdrawalRules = WithdrawalRules()
    correction: CorrectionRules | None = None
    extension: ExtensionRules | None = None
    stop: StopRules | None = None
    refusal: RefusalRules | None = None

    def settings_named(self) -> Mapping[str, str]:
        """The settings that the rules rely on, by the place that names them."""
        named = {}
        if self.supplement is not None:
            named["supplement.rounds"] = self.supplement.rounds
            named["supplement.term"] = self.supplement.term
        if self.extension is not None:
            named["extension.most"] = self.extension.most
            named["extension.notice"] = self.extension.notice
        return {place: name for place, name in named.items() if name is not None}


def _by_task() -> fields.Dict:
    return fields.Dict(keys=fields.String(), values=fields.Dict(keys=fields.String()))


def _decider(default: str) -> fields.String:
    return fields.String(load_default=default, validate=validate.OneOf([OFFICER, DIRECTOR]))


class _SupplementSchema(Strict):
    makes = SupplementRules
    tasks = fields.Dict(
        keys=fields.String(), values=fields.Dict(keys=fields.String()), required=True
    )
    note = fields.String()
    rounds = fields.String()
    further_round = fields.String(validate=validate.OneOf([NEVER, WITH_BASIS]))
    term = fields.String()


class _WithdrawalSchema(Strict):
    makes = WithdrawalRules
    after_reception = fields.String(validate=validate.OneOf([AT_ONCE, ASKED]))
    decided_by = _decider(OFFICER)


class _CorrectionSchema(Strict):
    makes = CorrectionRules
    decided_by = _decider(OFFICER)


class _ExtensionSchema(Strict):
    makes = ExtensionRules
    most = fields.String(required=True)
    notice = fields.String(required=True)
    decided_by = _decider(DIRECTOR)


class _StopSchema(Strict):
    makes = StopRules
    decided_by = _decider(DIRECTOR)


class _RefusalSchema(Strict):
    makes = RefusalRules
    tasks = _by_task()
    reason = fields.String()
    decided_by = _decider(DIRECTOR)


class RequestRulesSchema(Strict):
    """How the section is read."""

    makes = RequestRules
    supplement = fields.Nested(_SupplementSchema)
    withdrawal = fields.Nested(_WithdrawalSchema)
    correction = fields.Nested(_CorrectionSchema)
    extension = fields.Nested(_ExtensionSchema)
    stop = fields.Nested(_StopSchema)
    refusal = fields.Nested(_RefusalSchema)

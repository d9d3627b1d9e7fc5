"""Named checks of single answers: the custom property `widget` of a form's text field.

A jurisdiction's profile registers its own, under the same names or new ones:

    forms.validators.register("organisation-number", my_check)
"""

from collections.abc import Callable, Mapping
from typing import Any

from core.errors import N_, InvalidRequest
from forms.validators import vietnam
from forms.validators.outcome import Unacceptable

Validator = Callable[[str], str]

__all__ = ["Unacceptable", "Validator", "known", "register", "registered"]

_validators: dict[str, Validator] = {}
_LAYOUTS = frozenset({"address"})  # widgets that only change the looks


class ValidatorMissing(InvalidRequest):
    """No validator has this name."""

    code = "validator-missing"
    title = N_("There is no check called “%(name)s”")
    remedy = N_("Register it in the jurisdiction's profile before reading forms.")


def register(name: str, validator: Validator) -> None:
    """Let forms use `validator` as `widget`; it returns the tidy text or raises Unacceptable."""
    _validators[name] = validator


def registered(name: str) -> Validator | None:
    """The validator, None for a widget that checks nothing; raises ValidatorMissing."""
    if name not in _validators and name not in _LAYOUTS:
        raise ValidatorMissing(name=name)
    return _validators.get(name)


def known() -> list[str]:
    """All names that a form may use."""
    return sorted(_LAYOUTS | _validators.keys())


def _register_all(validators: Mapping[str, Any]) -> None:
    for name, validator in validators.items():
        register(name, validator)


_register_all(vietnam.VALIDATORS)

"""One marshmallow field per kind of answer: reads what people type, gives plain JSON values."""

import re
from decimal import Decimal
from typing import Any
from uuid import UUID

from marshmallow import fields

from core.errors import N_
from forms import dates
from forms.components import Component
from forms.numbers import json_number, number_text, read_number
from forms.problems import refused, required_problem
from forms.texts import tidy
from forms.validators import Unacceptable

LONGEST = {"textfield": 2_000, "textarea": 20_000}
MOST_FILES = 20
_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s.]+(\.[^@\s.]+)+")
_PHONE = re.compile(r"\+?\d{8,15}", re.ASCII)
_TRUE = frozenset({"true", "on", "1", "yes"})
_FALSE = frozenset({"false", "off", "0", "no"})


class Answer(fields.Field[Any]):
    """Base: knows its component and says in the reader's words what is wrong."""

    def __init__(self, component: Component, language: str, **options: Any) -> None:
        self.component, self.language = component, language
        super().__init__(
            required=component.required,
            error_messages={"required": [required_problem(component)]},
            **options,
        )

    def _read(self, value: Any) -> Any:
        raise NotImplementedError

    def _deserialize(self, value: Any, *_where: Any, **_options: Any) -> Any:
        return self._read(value)


class TextAnswer(Answer):
    """Text without stray spaces or control characters, in Unicode's composed form."""

    def _read(self, value: Any) -> str:
        if not isinstance(value, str):
            raise refused(self.component, N_("“%(label)s” must be text"))
        text = tidy(value, lines=self.component.type == "textarea")
        self._check_length(text)
        self._check_pattern(text)
        return self._checked_by_validator(text)

    def _check_length(self, text: str) -> None:
        rules = self.component.rules
        least, most = rules.get("minLength") or 0, rules.get("maxLength")
        most = most or LONGEST[self.component.type]
        if len(text) < least:
            raise refused(
                self.component,
                N_("“%(label)s” must have at least %(least)s characters"),
                least=least,
            )
        if len(text) > most:
            raise refused(
                self.component, N_("“%(label)s” must have at most %(most)s characters"), most=most
            )

    def _check_pattern(self, text: str) -> None:
        rules = self.component.rules
        kind, pattern = rules.get("validationType"), rules.get("pattern")
        if kind == "email" and not _EMAIL.fullmatch(text):
            raise refused(
                self.component,
                N_("Enter “%(label)s” as an e-mail address, such as name@example.com"),
            )
        if kind == "phone" and not _PHONE.fullmatch(re.sub(r"[\s.\-()]", "", text)):
            raise refused(
                self.component, N_("Enter “%(label)s” as a phone number, such as 0912 345 678")
            )
        if kind not in {"email", "phone"} and pattern and not re.search(pattern, text):
            raise refused(self.component, N_("“%(label)s” is not in the expected form"))

    def _checked_by_validator(self, text: str) -> str:
        if self.component.validator is None:
            return text
        try:
            return self.component.validator(text)
        except Unacceptable as error:
            raise refused(self.component, error.message, **error.params) from error


class NumberAnswer(Answer):
    """A number, given as int or float; computed with as a decimal."""

    def _read(self, value: Any) -> int | float:
        number = read_number(value, self.language)
        if number is None:
            raise refused(self.component, N_("“%(label)s” must be a number"))
        self._check_digits(number)
        self._check_bounds(number)
        return json_number(number)

    def _check_digits(self, number: Decimal) -> None:
        digits = self.component.source.get("decimalDigits")
        if digits is None or number == round(number, digits):
            return
        if digits == 0:
            raise refused(self.component, N_("“%(label)s” must be a whole number"))
        raise refused(
            self.component,
            N_("“%(label)s” must have at most %(digits)s digits after the decimal point"),
            digits=digits,
        )

    def _check_bounds(self, number: Decimal) -> None:
        least, most = (self._bound(name) for name in ("min", "max"))
        if least is not None and number < least:
            raise refused(
                self.component,
                N_("“%(label)s” must be %(least)s or more"),
                least=self._text(least),
            )
        if most is not None and number > most:
            raise refused(
                self.component, N_("“%(label)s” must be %(most)s or less"), most=self._text(most)
            )
        self._check_steps(number)

    def _check_steps(self, number: Decimal) -> None:
        step = Decimal(str(self.component.source.get("increment") or 0))
        if step > 0 and (number - (self._bound("min") or 0)) % step:
            raise refused(
                self.component,
                N_("“%(label)s” must go in steps of %(step)s"),
                step=self._text(step),
            )

    def _bound(self, name: str) -> Decimal | None:
        bound = self.component.rules.get(name)
        return None if bound is None else Decimal(str(bound))

    def _text(self, number: Decimal) -> str:
        return number_text(number, self.language)


class DateAnswer(Answer):
    """A date, given in ISO 8601."""

    def _read(self, value: Any) -> str:
        found = dates.read_date(value)
        if found is None:
            raise refused(
                self.component,
                N_("“%(label)s” must be a real date with day, month and year, such as 27/03/2026"),
            )
        if self.component.source.get("disallowPassedDates") and found < dates.today():
            raise refused(self.component, N_("“%(label)s” must not lie in the past"))
        return found.isoformat()


class TimeAnswer(Answer):
    """A time of the day, given as hh:mm."""

    def _read(self, value: Any) -> str:
        found = dates.read_time(value)
        if found is None:
            raise refused(self.component, N_("“%(label)s” must be a time, such as 08:30"))
        return found.strftime("%H:%M")


class TickAnswer(Answer):
    """A single checkbox; a required one must be ticked."""

    def __init__(self, component: Component, language: str) -> None:
        missing = {} if component.required else {"load_default": False}
        super().__init__(component, language, **missing)

    def _read(self, value: Any) -> bool:
        word = value.strip().lower() if isinstance(value, str) else ""
        ticked = value is True or word in _TRUE
        if not ticked and value is not False and word not in _FALSE:
            raise refused(self.component, N_("“%(label)s” must be yes or no"))
        if self.component.required and not ticked:
            problem = required_problem(self.component)
            raise refused(self.component, problem.message)
        return ticked


class ChoiceAnswer(Answer):
    """One of the options."""

    def _read(self, value: Any) -> str:
        return chosen(self.component, value)


class ChoicesAnswer(Answer):
    """Several of the options, each once, in the order of the form."""

    def _read(self, value: Any) -> list[str]:
        values = value if isinstance(value, list) else [value]
        picked = {chosen(self.component, one) for one in values}
        return [option.value for option in self.component.choices if option.value in picked]


class FilesAnswer(Answer):
    """Ids of documents that were uploaded before; whose they are is checked where they are kept."""

    def _read(self, value: Any) -> list[str]:
        values = value if isinstance(value, list) else [value]
        if len(values) > (MOST_FILES if self.component.source.get("multiple") else 1):
            raise refused(self.component, N_("“%(label)s” has too many files"))
        try:
            return list(dict.fromkeys(str(UUID(one)) for one in values))
        except (ValueError, AttributeError, TypeError) as error:
            raise refused(self.component, N_("“%(label)s” must name uploaded documents")) from error


def chosen(component: Component, value: Any) -> str:
    """The value, if it is one of the component's options."""
    text = value.strip() if isinstance(value, str) else value
    if not any(option.value == text for option in component.choices):
        raise refused(component, N_("Choose one of the options of “%(label)s”"))
    return str(text)


def field_for(component: Component, language: str) -> Answer:
    """The field that reads the answers of a component."""
    if component.type == "datetime":
        is_time = component.source.get("subtype") == "time"
        return (TimeAnswer if is_time else DateAnswer)(component, language)
    return _FIELDS[component.type](component, language)


_FIELDS: dict[str, type[Answer] | type[TickAnswer]] = {
    "textfield": TextAnswer,
    "textarea": TextAnswer,
    "number": NumberAnswer,
    "checkbox": TickAnswer,
    "radio": ChoiceAnswer,
    "select": ChoiceAnswer,
    "checklist": ChoicesAnswer,
    "taglist": ChoicesAnswer,
    "filepicker": FilesAnswer,
}

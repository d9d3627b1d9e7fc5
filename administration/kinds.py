"""The kinds of settings that the rooms of this house have registered."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from flask import Flask, current_app

from administration.errors import KindUnknown
from administration.timeline import Ruling, Value
from core.errors import Message
from forms import Form, Option

_EXTENSION = "motcua.administration"


@dataclass(frozen=True)
class Change:
    """What a proposal would do: the value before it on its first day, and what it says."""

    agency_id: UUID
    key: str
    before: Value | None
    ruling: Ruling


@dataclass(frozen=True)
class Effect:
    """One sentence about what a change would do: a message id of ours, and what fills it."""

    message: Message
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class SettingKind:
    """A kind of setting. `key` says of which thing a value speaks, `title` says it to
    people; two values of one key replace each other.

    `second_person` is for money and authority. `check` raises AnswersInvalid for a value that the
    form alone cannot judge. `effects` tells a proposer what would change, before it does.
    `defaults` are the values that hold where nothing is decided. `refuse` raises AnswersInvalid for
    a change that cannot stand beside what is decided already; it is asked again when the proposal
    is decided. `options` are what pages offer, in these agencies, for answers that are texts. A
    kind that is not `per_agency` is settled for all agencies at once, one that is not `everywhere`
    only for single ones.
    """

    code: str
    name: Message
    purpose: Message
    form: Form
    key: Callable[[Value], str]
    title: Callable[[Value], str]
    second_person: bool = False
    per_agency: bool = True
    everywhere: bool = True
    check: Callable[[Value], None] = lambda _: None
    refuse: Callable[[Change], None] = lambda _: None
    effects: Callable[[Change], Sequence[Effect]] = lambda _: ()
    defaults: Callable[[], Sequence[Value]] = lambda: ()
    options: Callable[[Collection[UUID]], Mapping[str, Sequence[Option]]] = lambda _: {}

    def default(self, key: str) -> Value | None:
        """The value that holds for a key where nothing is decided."""
        return next((value for value in self.defaults() if self.key(value) == key), None)


@dataclass
class Kinds:
    """What this application can settle, and what each process remembers of it."""

    _by_code: dict[str, SettingKind] = field(default_factory=dict)
    remembered: dict[str, Any] = field(default_factory=dict)

    def add(self, kind: SettingKind) -> None:
        """Register a kind; codes are given once."""
        if kind.code in self._by_code:
            raise ValueError(f"the kind {kind.code!r} is registered already")
        self._by_code[kind.code] = kind

    def kind(self, code: str) -> SettingKind:
        """The kind of a code; raises KindUnknown."""
        if code not in self._by_code:
            raise KindUnknown
        return self._by_code[code]

    def __iter__(self) -> Iterator[SettingKind]:
        return iter(self._by_code.values())


def settings_of(app: Flask) -> Kinds:
    """The kinds of an application, for rooms to add theirs."""
    found: Kinds = app.extensions.setdefault(_EXTENSION, Kinds())
    return found


def kinds() -> Kinds:
    """The kinds of the application at hand."""
    return settings_of(current_app)

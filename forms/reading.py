"""From form-js JSON and its translations to components, refusing whatever could not work later."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from core.errors import InvalidRequest
from core.i18n import remedy_of, title_of
from feel import Expression, compile_expression
from forms import validators
from forms.components import (
    ANSWERS,
    CHOICES,
    CONTAINERS,
    IGNORED,
    KNOWN_TYPES,
    Component,
    Option,
    Texts,
)
from forms.errors import (
    ComponentIdMissing,
    ComponentIdTwice,
    ComponentTypeUnknown,
    ExpressionBroken,
    FormTooNew,
    FormUnreadable,
    KeyUnfit,
    OptionsUnfit,
    TextComputed,
    TranslationDangling,
    WidgetUnknown,
)
from forms.properties import check_properties

NEWEST_SCHEMA = 19
LONGEST_FILE = 1024 * 1024
_KEY = re.compile(r"[^\W\d]\w*")
_ID = re.compile(r"[\w-]+")
_TEXTS = ("label", "description", "text", "content", "dateLabel", "timeLabel")
_ADORNERS = ("prefixAdorner", "suffixAdorner")


@dataclass
class Reader:
    """Reads one form; `sidecars` maps a language to texts by component id."""

    file: str
    language: str
    sidecars: Mapping[str, Mapping[str, Any]]
    ids: set[str] = field(default_factory=set)

    def form(self, content: bytes) -> tuple[Mapping[str, Any], tuple[Component, ...]]:
        """The JSON object of the form and its components; raises a FormBroken."""
        source = self._parsed(content)
        version = source.get("schemaVersion", NEWEST_SCHEMA)
        if not isinstance(version, int) or version > NEWEST_SCHEMA:
            raise FormTooNew(file=self.file, component="", version=version, newest=NEWEST_SCHEMA)
        components = self._children(source, "")
        for language, texts in self.sidecars.items():
            for dangling in sorted(texts.keys() - self.ids - {"form"}):
                raise TranslationDangling(file=self.file, component=dangling, language=language)
        return source, components

    def _parsed(self, content: bytes) -> Mapping[str, Any]:
        if len(content) > LONGEST_FILE:
            raise FormUnreadable(file=self.file, component="", reason="> 1 MB")
        try:
            source = orjson.loads(content)
        except orjson.JSONDecodeError as error:
            raise FormUnreadable(file=self.file, component="", reason=str(error)) from error
        if not isinstance(source, dict):
            raise FormUnreadable(file=self.file, component="", reason=type(source).__name__)
        return source

    def _children(self, source: Mapping[str, Any], parent: str) -> tuple[Component, ...]:
        children = source.get("components")
        if not isinstance(children, list):
            raise FormUnreadable(
                file=self.file, component=parent, reason=f"{parent or self.file}: components ≠ […]"
            )
        return tuple(self._component(child) for child in children if not _ignored(child))

    def _component(self, source: Any) -> Component:
        if not isinstance(source, dict):
            raise FormUnreadable(file=self.file, component="", reason=str(source)[:50])
        identity, kind = self._identity(source), source["type"]
        check_properties(self.file, source)
        return Component(
            id=identity,
            type=kind,
            key=self._key(source),
            texts={name: self._texts(source, name) for name in (*_TEXTS, *_ADORNERS)},
            source=source,
            options=self._options(source) if kind in CHOICES else (),
            hide=self._expression(source, (source.get("conditional") or {}).get("hide")),
            formula=self._expression(source, source.get("expression")),
            validator=self._validator(source),
            children=self._children(source, identity) if kind in CONTAINERS else (),
        )

    def _identity(self, source: Mapping[str, Any]) -> str:
        kind, identity = str(source.get("type", "")), source.get("id")
        if kind not in KNOWN_TYPES:
            raise ComponentTypeUnknown(
                file=self.file,
                component=identity or source.get("key", ""),
                type=kind,
                known=", ".join(sorted(KNOWN_TYPES)),
            )
        if not isinstance(identity, str) or not _ID.fullmatch(identity):
            raise ComponentIdMissing(file=self.file, component="", type=kind)
        if identity in self.ids:
            raise ComponentIdTwice(file=self.file, component=identity)
        self.ids.add(identity)
        return identity

    def _key(self, source: Mapping[str, Any]) -> str | None:
        kind = source["type"]
        key = source.get("path" if kind in CONTAINERS else "key")
        if not key and (kind == "group" or kind not in ANSWERS | CONTAINERS):
            return None
        if not isinstance(key, str) or not _KEY.fullmatch(key):
            raise KeyUnfit(file=self.file, component=source["id"], key=key or "")
        return key if kind in ANSWERS | CONTAINERS else None

    def _texts(self, source: Mapping[str, Any], name: str) -> Texts:
        own = (source.get("appearance") or {}) if name in _ADORNERS else source
        texts = {self.language: self._plain(source, name, own.get(name))}
        for language, sidecar in self.sidecars.items():
            translation = sidecar.get(source["id"]) or {}
            texts[language] = self._plain(source, name, translation.get(name))
        return {language: text for language, text in texts.items() if text}

    def _plain(self, source: Mapping[str, Any], name: str, text: Any) -> str:
        """A text without FEEL in it: what citizens read must not depend on hidden data."""
        text = "" if text is None else text
        if not isinstance(text, str) or text.startswith("=") or "{{" in text:
            raise TextComputed(file=self.file, component=source["id"], property=name)
        return text

    def _options(self, source: Mapping[str, Any]) -> tuple[Option, ...]:
        if source.get("valuesKey"):
            return ()  # they are in a code table
        values = source.get("values")
        if not isinstance(values, list) or not all(_is_option(value) for value in values):
            raise OptionsUnfit(file=self.file, component=source["id"])
        if not values or len({value["value"] for value in values}) < len(values):
            raise OptionsUnfit(file=self.file, component=source["id"])
        return tuple(self._option(source["id"], value) for value in values)

    def _option(self, component: str, source: Mapping[str, str]) -> Option:
        labels = {self.language: source["label"]}
        for language, sidecar in self.sidecars.items():
            translation = (sidecar.get(component) or {}).get("values") or {}
            labels[language] = str(translation.get(source["value"]) or "")
        return Option(source["value"], {key: label for key, label in labels.items() if label})

    def _expression(self, source: Mapping[str, Any], text: Any) -> Expression | None:
        if text is None or text == "":
            return None
        try:
            return compile_expression(_feel(text))
        except (InvalidRequest, ValueError) as error:
            raise ExpressionBroken(
                file=self.file, component=source["id"], expression=text, reason=_reason(error)
            ) from error

    def _validator(self, source: Mapping[str, Any]) -> validators.Validator | None:
        widget = (source.get("properties") or {}).get("widget")
        if not widget:
            return None
        try:
            return validators.registered(widget)
        except validators.ValidatorMissing as error:
            raise WidgetUnknown(
                file=self.file,
                component=source["id"],
                widget=widget,
                known=", ".join(validators.known()),
            ) from error


def _feel(text: Any) -> str:
    if not isinstance(text, str) or not text.startswith("="):
        raise ValueError("=…")
    return text.removeprefix("=")


def _reason(error: Exception) -> str:
    if isinstance(error, InvalidRequest):
        return f"{title_of(error)}. {remedy_of(error)}"
    return str(error)


def _ignored(source: Any) -> bool:
    return isinstance(source, dict) and source.get("type") in IGNORED


def _is_option(value: Any) -> bool:
    texts = (value.get("value"), value.get("label")) if isinstance(value, dict) else (None,)
    return all(isinstance(text, str) and text for text in texts)

"""What each component looks like: parameters for the GOV.UK macros, in the reader's language."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from core.errors import N_
from core.i18n import translated
from forms.components import ONE_OF, PLAIN_TEXT, SEVERAL_OF, Component, Path
from forms.conditions import Settled, path_of
from forms.dates import PARTS, boxes
from forms.html_answers import ADD, REMOVE, id_of, is_date, name_of
from forms.numbers import number_text
from forms.summary import shown
from forms.texts import SAFE_TEXT

Params = dict[str, Any]

ERROR, OPTIONAL, CHOOSE = N_("Error"), N_("%(label)s (optional)"), N_("Choose")
DATE_LABELS = {"day": N_("Day"), "month": N_("Month"), "year": N_("Year")}
ADD_ENTRY, REMOVE_ENTRY = N_("Add another: %(label)s"), N_("Remove: %(label)s")
WIDTHS = {
    "day": "govuk-input--width-2",
    "month": "govuk-input--width-2",
    "year": "govuk-input--width-4",
}
NUMERIC_WIDGETS = frozenset({"organisation-number", "person-id"})


@dataclass(frozen=True)
class View:
    """One thing to draw: which macro, with what, and what stands inside it."""

    kind: str
    params: Params
    children: tuple["View", ...] = ()


@dataclass
class Drawing:
    """One drawing of one page. `heading` is the component whose label is the page's `h1`.

    The group that is the page itself gives its label to the page's title, not to a fieldset.
    """

    language: str
    errors: Mapping[Path, list[str]]
    settled: Settled
    page_id: str
    heading: Component | None = None

    def views(
        self, components: tuple[Component, ...], given: Any, path: Path = ()
    ) -> tuple[View, ...]:
        """The visible components; the group that is the page itself is looked through."""
        return tuple(
            view
            for component in components
            if not self.settled.hides(path_of(component, path))
            for view in self._component(component, given, path)
        )

    def _component(self, component: Component, given: Any, path: Path) -> Iterator[View]:
        own = (*path, component.key) if component.key else path
        value = _answer(component, given, self.settled, own)
        if component.type == "group":
            yield from self._group(component, value or {} if component.key else given, own)
        elif component.type == "dynamiclist":
            yield self._rows(component, value, own)
        elif component.type in SAFE_TEXT:
            name, safe = SAFE_TEXT[component.type]
            yield View("text", {"html": safe(component.text(name, self.language))})
        elif component.type in {"spacer", "separator"}:
            yield View(component.type, {})
        elif component.writable:
            yield self._question(component, value, own)
        else:
            yield self._fixed(component, value)

    def _group(self, component: Component, given: Any, path: Path) -> Iterator[View]:
        inner = self.views(component.children, given, path)
        if component.id == self.page_id or not component.text("label", self.language):
            yield from inner
        elif inner:
            yield View("group", {"legend": component.label(self.language)}, inner)

    def _rows(self, component: Component, given: Any, path: Path) -> View:
        label = component.label(self.language)
        fixed = component.source.get("allowAddRemove") is False
        rows = list(given) if isinstance(given, list) else []
        least = component.source.get("defaultRepetitions", 1)
        rows += [{} for _ in range(least - len(rows))]
        params: Params = {
            "id": id_of(path),
            "legend": label,
            "hint": component.text("description", self.language),
            "error": self._error(path),
        }
        if not fixed:
            params["add"] = {
                "name": ADD,
                "value": name_of(path),
                "text": translated(ADD_ENTRY, {"label": label}),
            }
        views = tuple(
            self._row(component, row, (*path, number), f"{label} {number + 1}", fixed=fixed)
            for number, row in enumerate(rows)
        )
        return View("rows", params, views)

    def _row(
        self, component: Component, given: Any, path: Path, label: str, *, fixed: bool
    ) -> View:
        params: Params = {"legend": label, "id": id_of(path)}
        if not fixed:
            params["remove"] = {
                "name": REMOVE,
                "value": name_of(path),
                "text": translated(REMOVE_ENTRY, {"label": label}),
            }
        return View("row", params, self.views(component.children, given, path))

    def _question(self, component: Component, value: Any, path: Path) -> View:
        if is_date(component):
            return self._date(component, value, path)
        if component.type in ONE_OF | SEVERAL_OF:
            return self._choice(component, value, path)
        if component.type == "checkbox":
            return self._tick(component, value, path)
        if component.type == "filepicker":
            return self._file(component, value, path)
        return self._input(component, value, path)

    def _input(self, component: Component, value: Any, path: Path) -> View:
        params = self._common(component, path) | {
            "label": self._label(component),
            "value": self._typed(value),
            "autocomplete": component.properties.get("autocomplete"),
            "prefix": self._adorner(component, "prefixAdorner"),
            "suffix": self._adorner(component, "suffixAdorner"),
        }
        if component.type == "textarea":
            return View("textarea", params)
        return View("input", params | _keyboard(component))

    def _date(self, component: Component, value: Any, path: Path) -> View:
        typed, error = boxes(value), self._error(path)
        items = [
            {
                "name": part,
                "label": translated(DATE_LABELS[part]),
                "value": typed[part],
                "classes": WIDTHS[part] + (" govuk-input--error" if error else ""),
                "autocomplete": _date_autocomplete(component, part),
            }
            for part in PARTS
        ]
        params = self._common(component, path) | {
            "namePrefix": name_of(path),
            "items": items,
            "fieldset": self._legend(component),
        }
        return View("date", params)

    def _choice(self, component: Component, value: Any, path: Path) -> View:
        picked = value if isinstance(value, list) else [value]
        items = [
            {
                "value": option.value,
                "text": component.option_label(option.value, self.language),
                "checked": option.value in picked,
                "selected": option.value in picked,
            }
            for option in component.choices
        ]
        params = self._common(component, path) | {"idPrefix": id_of(path)}
        if component.type == "select":
            items.insert(0, {"value": "", "text": translated(CHOOSE), "selected": False})
            return View("select", params | {"items": items, "label": self._label(component)})
        kind = "radios" if component.type == "radio" else "checkboxes"
        return View(kind, params | {"items": items, "fieldset": self._legend(component)})

    def _tick(self, component: Component, value: Any, path: Path) -> View:
        params = self._common(component, path)
        item = {
            "value": "true",
            "text": component.label(self.language),
            "checked": value is True or value in {"true", "on"},
            "hint": params.pop("hint"),
        }
        return View("checkboxes", params | {"idPrefix": id_of(path), "items": [item]})

    def _file(self, component: Component, value: Any, path: Path) -> View:
        params = self._common(component, path) | {
            "label": self._label(component),
            "multiple": bool(component.source.get("multiple")),
            "attributes": {"accept": component.source.get("accept") or ".pdf,.jpg,.jpeg,.png"},
            "kept": [one for one in value if isinstance(one, str)]
            if isinstance(value, list)
            else [],
        }
        return View("file", params)

    def _fixed(self, component: Component, value: Any) -> View:
        return View(
            "fixed",
            {
                "label": component.label(self.language),
                "value": shown(component, value, self.language),
            },
        )

    def _common(self, component: Component, path: Path) -> Params:
        hint, error = component.text("description", self.language), self._error(path)
        return {
            "id": id_of(path),
            "name": name_of(path),
            "hint": {"text": hint} if hint else None,
            "errorMessage": {"text": error, "visuallyHiddenText": translated(ERROR)}
            if error
            else None,
        }

    def _label(self, component: Component) -> Params:
        text, heads = self._question_text(component), component is self.heading
        return {
            "text": text,
            "isPageHeading": heads,
            "classes": "govuk-label--l" if heads else "govuk-label--s",
        }

    def _legend(self, component: Component) -> Params:
        text, heads = self._question_text(component), component is self.heading
        size = "l" if heads else "s"
        classes = f"govuk-fieldset__legend--{size}"
        return {"legend": {"text": text, "isPageHeading": heads, "classes": classes}}

    def _question_text(self, component: Component) -> str:
        label = component.label(self.language)
        return label if component.required else translated(OPTIONAL, {"label": label})

    def _adorner(self, component: Component, name: str) -> Params | None:
        text = component.text(name, self.language)
        return {"text": text} if text else None

    def _typed(self, value: Any) -> str:
        if isinstance(value, bool | Mapping | list) or value is None:
            return ""
        if isinstance(value, int | float):
            return number_text(value, self.language, grouped=False)
        return str(value)

    def _error(self, path: Path) -> str:
        return " ".join(self.errors.get(path, ()))


def _answer(component: Component, given: Any, settled: Settled, path: Path) -> Any:
    """What was typed; for computed answers what was computed; else the designer's default."""
    if component.formula:
        found: Any = settled.answers
        for step in path:
            found = found.get(step) if isinstance(found, Mapping) else found[int(step)]
        return found
    if component.key is None or not isinstance(given, Mapping):
        return None
    return given.get(component.key, component.source.get("defaultValue"))


def _keyboard(component: Component) -> Params:
    """Which keyboard a phone shows; the custom property `inputmode` has the last word."""
    usual = _usual_keyboard(component)
    wanted = component.properties.get("inputmode")
    return usual | {"inputmode": wanted} if wanted else usual


def _usual_keyboard(component: Component) -> Params:
    kind = component.rules.get("validationType")
    if component.type == "number":
        whole = component.source.get("decimalDigits") == 0
        return {"inputmode": "numeric" if whole else "decimal", "classes": "govuk-input--width-10"}
    if component.type == "datetime":
        return {"classes": "govuk-input--width-5"}
    if component.properties.get("widget") in NUMERIC_WIDGETS:
        return {"inputmode": "numeric", "classes": "govuk-input--width-20"}
    types = {"email": "email", "phone": "tel"}
    return {"type": types[kind]} if component.type in PLAIN_TEXT and kind in types else {}


def _date_autocomplete(component: Component, part: str) -> str | None:
    wanted = component.properties.get("autocomplete")
    return f"bday-{part}" if wanted == "bday" else None

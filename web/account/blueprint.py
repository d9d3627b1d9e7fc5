"""Where the pages of this part are hung, and the form that most of them are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import Blueprint, render_template, request

blueprint = Blueprint("account", __name__, template_folder="templates")


@dataclass(frozen=True)
class Field:
    """One line to fill in; `kind` and `autocomplete` are those of HTML."""

    name: str
    label: str
    hint: str = ""
    kind: str = "text"
    autocomplete: str = "off"
    value: str = ""


def form_page(
    title: str,
    fields: Sequence[Field],
    *,
    button: str,
    text: Sequence[str] = (),
    errors: Mapping[str, str] | None = None,
    links: Sequence[tuple[str, str]] = (),
) -> str:
    """A page with a heading, paragraphs, fields and one button, that sends itself to its address."""
    return render_template(
        "account/form.html",
        title=title,
        fields=fields,
        button=button,
        text=text,
        errors=errors or {},
        links=links,
        next=request.values.get("next", ""),
    )

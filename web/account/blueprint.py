"""Where the pages of this part are hung, and the form that most of them are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from flask import Blueprint, render_template, request

from web.visitors import require_account

blueprint = Blueprint("account", __name__, template_folder="templates")
# Signing in, and links that were mailed to somebody else's account, perhaps one's own.
_DOORS: Final = frozenset(
    f"account.{name}"
    for name in (
        "ask_for_recovery",
        "check_code",
        "code",
        "come_back",
        "confirm_email",
        "email_link",
        "leave_for_provider",
        "provider_signed_out",
        "recover",
        "recovery",
        "recovery_link",
        "signed_out",
    )
)


@blueprint.before_request
def _for_owners() -> None:
    if request.endpoint not in _DOORS:
        require_account()


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

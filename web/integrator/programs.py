"""One's programs, and one of them with everything its makers ask about."""

from datetime import UTC, datetime
from typing import Final

from flask import render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from accounts.clients import keys, queries
from accounts.clients.assertions import Reason
from accounts.clients.errors import KeyDatesWrong, KeyExists, KeyTooWeak, KeyUnreadable
from accounts.clients.models import ClientKey
from accounts.clients.queries import is_valid
from accounts.freshness import require_fresh
from accounts.policy import Action
from core.clock import now, zone
from core.database import transaction
from core.errors import N_, MotcuaError
from core.i18n import sentences_of, translated
from web.integrator.blueprint import blueprint
from web.visitors import known_visitor, told

LONGEST_KEY_ID: Final = 100
WRONG_FIELD: Final[dict[type[MotcuaError], str]] = {
    KeyUnreadable: "pem",
    KeyTooWeak: "pem",
    KeyDatesWrong: "until",
    KeyExists: "key_id",
}
REASONS: Final = {
    Reason.MALFORMED: N_("It is no signed text."),
    Reason.HEADER: N_("Its header may have alg, kid and typ only."),
    Reason.ALGORITHM: N_("The algorithm is not that of the key."),
    Reason.CLIENT: N_("Issuer and subject are not this program."),
    Reason.UNKNOWN_KEY: N_("The key that it names is not registered here."),
    Reason.KEY_REVOKED: N_("The key was revoked."),
    Reason.KEY_NOT_VALID: N_("The key is not valid today."),
    Reason.SIGNATURE: N_("It was signed with another key."),
    Reason.CLAIMS: N_("A claim is missing, or of the wrong kind."),
    Reason.AUDIENCE: N_("The audience is not the address of our tokens."),
    Reason.EXPIRED: N_("It had expired."),
    Reason.TOO_LONG: N_("It is valid for more than five minutes."),
    Reason.NOT_YET: N_("It is not valid yet: set the clock of the program."),
    Reason.REPLAYED: N_("It was sent twice."),
}


@blueprint.get("/")
def programs() -> str:
    """The programs that one looks after."""
    return render_template(
        "integrator/programs.html", clients=queries.clients(visible_to=known_visitor())
    )


@blueprint.get("/<client_id>")
def program(client_id: str) -> str:
    """Scopes, keys, quotas and the last calls of one program."""
    return _page(client_id, {}, {})


@blueprint.post("/<client_id>/keys")
def add_key(client_id: str) -> Response | tuple[str, int]:
    """Register one more public key, from a file or as text."""
    actor = known_visitor()
    queries.find_client(client_id, visible_to=actor, action=Action.CLIENT_KEEP_KEYS)
    require_fresh(actor)
    typed = {name: request.form.get(name, "").strip() for name in ("key_id", "pem", "until")}
    sent = request.files.get("file")
    pem = sent.read(10_000).decode(errors="replace") if sent and sent.filename else typed["pem"]
    errors = _missing(typed["key_id"], pem)
    try:
        if not errors:
            ends = _end_of(typed["until"])
            with transaction():
                keys.add_key(client_id, typed["key_id"], pem, valid_until=ends, by=actor)
    except (KeyUnreadable, KeyTooWeak, KeyDatesWrong, KeyExists) as error:
        errors = {WRONG_FIELD[type(error)]: sentences_of(error)}
    if errors:
        return _page(client_id, typed, errors), 422
    return told(
        _("The key is registered. The program may sign with it from now on."),
        url_for("integrator.program", client_id=client_id),
    )


@blueprint.post("/<client_id>/keys/<key_id>/revoke")
def revoke_key(client_id: str, key_id: str) -> Response:
    """Let a key prove nothing from now on."""
    require_fresh(known_visitor())
    with transaction():
        keys.revoke_key(client_id, key_id, by=known_visitor())
    return told(_("The key was revoked."), url_for("integrator.program", client_id=client_id))


def _page(client_id: str, typed: dict[str, str], errors: dict[str, str]) -> str:
    found = queries.find_client(client_id, visible_to=known_visitor())
    calls, failed = queries.usage_today(found)
    return render_template(
        "integrator/program.html",
        client=found,
        keys=queries.keys_of(found),
        state_of=_state_of,
        calls=queries.last_calls(found),
        reason=_reason,
        calls_today=calls,
        errors_today=failed,
        typed=typed,
        errors=errors,
    )


def _state_of(key: ClientKey) -> tuple[str, str]:
    """What a key is good for now, in words and a colour."""
    if key.revoked_at is not None:
        return _("Revoked"), "red"
    if key.valid_from > now():
        return _("Not valid yet"), "blue"
    return (_("Valid"), "green") if is_valid(key, now()) else (_("Ended"), "grey")


def _reason(detail: str) -> str:
    words = REASONS.get(Reason(detail)) if detail in set(Reason) else None
    return translated(words) if words else ""


def _missing(key_id: str, pem: str) -> dict[str, str]:
    errors = {}
    if not 0 < len(key_id) <= LONGEST_KEY_ID or not key_id.isprintable() or "/" in key_id:
        errors["key_id"] = _("Enter the id by which the program names the key, without a slash")
    if not pem:
        errors["pem"] = _("Choose a file, or paste the public key")
    return errors


def _end_of(text: str) -> datetime | None:
    """The end of a day that was chosen; raises KeyDatesWrong for nonsense."""
    if not text:
        return None
    try:
        day = datetime.strptime(text, "%Y-%m-%d")  # noqa: DTZ007  it gets its zone below
    except ValueError as error:
        raise KeyDatesWrong from error
    return day.replace(hour=23, minute=59, second=59, tzinfo=zone()).astimezone(UTC)

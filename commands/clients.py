"""`motcua register-client` and `client-keys`: programs that call the API, and their keys."""

from datetime import UTC, datetime
from pathlib import Path

import click
from flask.cli import with_appcontext

from accounts.actor import SYSTEM, Role
from accounts.clients import keys, queries, registering
from accounts.clients.models import ClientKey
from accounts.clients.registering import PER_DAY, PER_MINUTE, Registration
from accounts.policy import Action
from commands.console import plain_errors
from core.database import transaction

SCOPES = frozenset({Action.EXTERNAL_JOB_WORK, Action.MESSAGE_PUBLISH, Action.ENQUIRY_ANSWER})
A_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
A_MOMENT = click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M"])


@click.command()
@click.argument("client_id")
@click.option("--name", required=True, help="What people call it.")
@click.option("--role", default=Role.INTEGRATION.value, help="The role that it has.")
@click.option("--scope", "scopes", multiple=True, help="An action that it may do; repeatable.")
@click.option("--kind", "kinds", multiple=True, help="A kind of job that it works; repeatable.")
@click.option("--message", "messages", multiple=True, help="A message it publishes; repeatable.")
@click.option("--contact", default="", help="Login of the person who looks after it.")
@click.option("--public-key", type=A_FILE, help="PEM of its public key; then it has no secret.")
@click.option("--key-id", default="", help="What it calls this key.")
@click.option("--per-minute", type=int, default=PER_MINUTE, show_default=True, help="Requests.")
@click.option("--per-day", type=int, default=PER_DAY, show_default=True, help="Requests.")
@with_appcontext
@plain_errors
def register_client(
    client_id: str,
    *,
    name: str,
    role: str,
    scopes: tuple[str, ...],
    kinds: tuple[str, ...],
    messages: tuple[str, ...],
    contact: str,
    public_key: Path | None,
    key_id: str,
    per_minute: int,
    per_day: int,
) -> None:
    """Register a program: with its public key, or with a secret, which is printed and not kept."""
    registration = Registration(
        client_id,
        name,
        _role(role),
        scopes or SCOPES,
        contact,
        kinds,
        messages,
        requests_per_minute=per_minute,
        requests_per_day=per_day,
        has_secret=public_key is None,
    )
    _require_both(public_key, key_id)
    with transaction():
        secret = registering.register(registration, by=SYSTEM)
        if public_key is not None:
            keys.add_key(client_id, key_id, public_key.read_text(), by=SYSTEM)
    click.echo(secret or f"{client_id} signs with the key {key_id}.")


@click.command()
@click.argument("client_id")
@click.option("--add", "public_key", type=A_FILE, help="PEM of one more public key.")
@click.option("--key-id", default="", help="What the program calls it.")
@click.option("--until", type=A_MOMENT, help="When it ends (UTC).")
@click.option("--revoke", default="", metavar="KEY", help="Let a key prove nothing from now on.")
@with_appcontext
@plain_errors
def client_keys(
    client_id: str, public_key: Path | None, key_id: str, until: datetime | None, revoke: str
) -> None:
    """List the keys of a program, after adding or revoking one."""
    _require_both(public_key, key_id)
    with transaction():
        if public_key is not None:
            ends = until.replace(tzinfo=UTC) if until else None
            keys.add_key(client_id, key_id, public_key.read_text(), by=SYSTEM, valid_until=ends)
        if revoke:
            keys.revoke_key(client_id, revoke, by=SYSTEM)
        found = queries.keys_of(queries.find_client(client_id, visible_to=SYSTEM))
        lines = [_line(key) for key in found]
    click.echo("\n".join(lines) or "No keys.")


def _line(key: ClientKey) -> str:
    end = f"{key.valid_until:%Y-%m-%d}" if key.valid_until else "no end"
    state = f"revoked {key.revoked_at:%Y-%m-%d %H:%M}" if key.revoked_at else f"until {end}"
    return f"{key.key_id}  {key.algorithm}  from {key.valid_from:%Y-%m-%d}  {state}"


def _role(text: str) -> Role:
    try:
        return Role(text)
    except ValueError as error:
        raise click.ClickException(f"There is no role {text}.") from error


def _require_both(public_key: Path | None, key_id: str) -> None:
    if (public_key is None) != (not key_id):
        raise click.ClickException("Give a public key and its id together.")

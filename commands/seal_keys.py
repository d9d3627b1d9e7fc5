"""`motcua seal-keys`: the keys by which an agency seals and its leaders sign; making and bringing."""

import time
from pathlib import Path
from uuid import UUID

import click
from flask.cli import with_appcontext

import signing
from accounts.places import agency_names
from accounts.queries import account_by_login, agency_by_code
from commands.console import plain_errors
from core.audit import note
from core.clock import now
from core.database import reading, transaction
from core.i18n import official, pick
from dossiers.leader_keys import keys_of_leaders
from signing.audit import SigningTag
from signing.port import Answer, Waiting, poll_with

_SECONDS_BETWEEN_LOOKS = 2.0


@click.command()
@click.argument("agency_code")
@click.option("--new", is_flag=True, help="Make another key by the development authority first.")
@click.option("--provider", help="Bring a key that somebody else keeps: its address.")
@click.option(
    "--certificate",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Its certificate and those above it, PEM or DER; a PKCS#12 file holds them itself.",
)
@click.option("--login", help="Whose key it is, when a person signs with it in his own name.")
@click.option(
    "--state",
    nargs=2,
    metavar="SERIAL active|retired|compromised",
    help="Say what is to be thought of a key from now on.",
)
@with_appcontext
@plain_errors
def seal_keys(
    agency_code: str,
    *,
    new: bool,
    provider: str | None,
    certificate: Path | None,
    login: str | None,
    state: tuple[str, str] | None,
) -> None:
    """List the keys by which the agency AGENCY_CODE seals, and those of its leaders, newest first.

    A key that is brought must make a trial signature first; docs/signers.md shows how its address is
    written. A key that was brought goes before one that was made here, then the newest active
    one seals, unless two people settled another.
    """
    agency = _agency(agency_code)
    if new:
        signing.new_seal_key(agency)
    if provider:
        _bring(agency, provider, certificate, login)
    if state:
        _set_state(agency, *state)
    _list(agency)


def _bring(
    agency: signing.Agency, provider: str, certificate: Path | None, login: str | None
) -> None:
    if login is None:
        key = signing.bring_seal_key(agency, provider, certificate, _approved)
    else:
        holder = _account(login)
        key = signing.bring_personal_key(holder, provider, certificate, _approved)
    _record(SigningTag.KEY_BROUGHT, agency, key.serial, kept_by=key.kept_by, login=login or "")


def _account(login: str) -> str:
    with reading():
        found = account_by_login(login)
    if found is None:
        raise click.ClickException(f"Nobody signs in as {login}.")
    return str(found.id)


def _record(tag: SigningTag, agency: signing.Agency, serial: str, **details: str) -> None:
    with transaction():
        note(tag, actor="system", subject=serial, details=details, agency_id=UUID(agency.id))


def _approved(key: signing.AnyKey, waiting: Waiting) -> Answer:
    """Wait while somebody approves the trial on the phone."""
    click.echo("Approve the trial signature on the phone now.", err=True)
    answer: Answer = waiting
    while isinstance(answer, Waiting) and now() < waiting.until:
        time.sleep(_SECONDS_BETWEEN_LOOKS)
        answer = poll_with(key, waiting.transaction)
    return answer


def _set_state(agency: signing.Agency, serial: str, state: str) -> None:
    keys = (*signing.seal_keys(agency.id), *(key for _, key in _leaders(agency)))
    if serial not in {key.serial for key in keys}:
        raise click.ClickException(f"Neither the agency nor its leaders have a key {serial}.")
    if state not in list(signing.KeyState):
        raise click.ClickException(f"A key is {', '.join(signing.KeyState)}, not {state}.")
    signing.set_key_state(serial, signing.KeyState(state))
    _record(SigningTag.KEY_STATED, agency, serial, state=state)


def _list(agency: signing.Agency) -> None:
    for key in signing.seal_keys(agency.id):
        click.echo(_line(key))
    for name, key in _leaders(agency):
        click.echo(f"{_line(key)}  {name}")


def _leaders(agency: signing.Agency) -> list[tuple[str, signing.SealKey]]:
    with reading():
        return keys_of_leaders(UUID(agency.id))


def _line(key: signing.SealKey) -> str:
    days = f"{key.valid_from:%Y-%m-%d} to {key.valid_until:%Y-%m-%d}"
    return "  ".join((key.serial, days, _standing(key), key.subject, key.kept_by)).rstrip()


def _standing(key: signing.SealKey) -> str:
    if key.state is not signing.KeyState.ACTIVE:
        return key.state.value
    return "ends soon" if key.ends_soon else "valid" if key.valid else "not valid"


def _agency(code: str) -> signing.Agency:
    with reading():
        found = agency_by_code(code)
        if found is None:
            raise click.ClickException(f"There is no agency {code}.")
        name = pick(agency_names(found.id), official())
        return signing.Agency(id=str(found.id), name=name)

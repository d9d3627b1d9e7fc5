"""`motcua seal-keys`: the keys by which an agency seals, and making another."""

from uuid import UUID

import click
from flask.cli import with_appcontext

import signing
from accounts.places import agency_names
from accounts.queries import agency_by_code
from commands.console import plain_errors
from core.database import reading
from core.i18n import official, pick
from dossiers.leader_keys import keys_of_leaders


@click.command()
@click.argument("agency_code")
@click.option("--new", is_flag=True, help="Make another key by the development authority first.")
@with_appcontext
@plain_errors
def seal_keys(agency_code: str, new: bool) -> None:
    """List the keys by which the agency AGENCY_CODE seals, and those of its leaders, newest first."""
    agency = _agency(agency_code)
    if new:
        signing.new_seal_key(agency)
    for key in signing.seal_keys(agency.id):
        click.echo(_line(key))
    with reading():
        leaders = keys_of_leaders(UUID(agency.id))
    for name, key in leaders:
        click.echo(f"{_line(key)}  {name}")


def _line(key: signing.SealKey) -> str:
    state = "ends soon" if key.ends_soon else "valid" if key.valid else "not valid"
    days = f"{key.valid_from:%Y-%m-%d} to {key.valid_until:%Y-%m-%d}"
    return f"{key.serial}  {days}  {state}  {key.subject}"


def _agency(code: str) -> signing.Agency:
    with reading():
        found = agency_by_code(code)
        if found is None:
            raise click.ClickException(f"There is no agency {code}.")
        name = pick(agency_names(found.id), official())
        return signing.Agency(id=str(found.id), name=name)

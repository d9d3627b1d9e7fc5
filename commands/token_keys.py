"""`motcua token-keys`: the keys that sign access tokens, and changing them."""

import click
from flask.cli import with_appcontext

from accounts import runtime
from commands.console import plain_errors


@click.command()
@click.option("--rotate", is_flag=True, help="Make the next key now; it signs in an hour.")
@click.option("--withdraw", metavar="KEY", help="Take a key away at once, with every token of it.")
@with_appcontext
@plain_errors
def token_keys(rotate: bool, withdraw: str | None) -> None:
    """List the keys that sign access tokens. They change by themselves every 90 days."""
    keys = runtime().tokens.keys
    if withdraw is not None:
        try:
            keys.withdraw(withdraw)
        except KeyError as error:
            raise click.ClickException(f"There is no key {withdraw}.") from error
    if rotate:
        keys.rotate(at_once=True)
    for key in keys.views():
        click.echo(f"{key.id}  {key.state:8} from {key.signs_from:%Y-%m-%d %H:%M} UTC")

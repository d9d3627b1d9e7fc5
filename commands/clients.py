"""`motcua register-client`: let a program outside work jobs and publish messages."""

import click
from flask.cli import with_appcontext

from accounts import operations
from accounts.actor import SYSTEM, Role
from accounts.policy import Action
from commands.console import plain_errors
from core.database import transaction

SCOPES = frozenset({Action.EXTERNAL_JOB_WORK, Action.MESSAGE_PUBLISH})


@click.command()
@click.argument("client_id")
@click.option("--name", required=True, help="What people call it.")
@click.option("--kind", "kinds", multiple=True, help="A kind of job that it works; repeatable.")
@click.option("--message", "messages", multiple=True, help="A message it publishes; repeatable.")
@with_appcontext
@plain_errors
def register_client(
    client_id: str, name: str, kinds: tuple[str, ...], messages: tuple[str, ...]
) -> None:
    """Register a program and print its secret, which is not kept anywhere."""
    with transaction():
        secret = operations.register_client(
            client_id,
            name,
            role=Role.INTEGRATION,
            scopes=SCOPES,
            by=SYSTEM,
            job_kinds=kinds,
            message_names=messages,
        )
    click.echo(secret)

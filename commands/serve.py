"""`motcua serve`: the site for real people, without demo accounts, samples and sandboxes."""

import click

from commands.console import plain_errors
from commands.run import bound_to, prepare_elsewhere
from commands.site import Site
from core.config import Settings


@click.command()
@click.option("--bind", help="Address and port to listen on, if not those of MOTCUA_PUBLIC_URL.")
@plain_errors
def serve(bind: str | None) -> None:
    """Bring the tables up to date and serve. While nobody has an account, a code is printed first."""
    settings = Settings.from_environment()
    prepare_elsewhere()
    greeting = f"\nMotcua is at {settings.public_url}. Stop with Ctrl-C.\n"
    Site(settings, bind or bound_to(settings), greeting).run()

"""`motcua prepare`: the tables, the services and, if wanted, the demo data of an installation."""

from pathlib import Path

import click
from flask import Flask, current_app
from flask.cli import with_appcontext

from accounts.first_run import new_code
from commands import migrations
from commands.console import in_plain_words, plain_errors
from commands.errors import ServicesRefused
from commands.sample.dossiers import create_dossiers
from commands.sample.people import create_people
from core.config import Settings
from core.database import transaction
from core.errors import MotcuaError
from studio.gate import play_ahead, require_scenarios
from workflows.operations import deploy_pack
from workflows.pack import ServicePack, read_pack

CATALOGUE = Path(__file__).parent.parent / "workflows" / "catalogue"


@click.command()
@click.option("--demo", is_flag=True, help="Add demo accounts and sample dossiers when empty.")
@with_appcontext
@plain_errors
def prepare(*, demo: bool) -> None:
    """Bring the tables up to date and deploy the services of the catalogue."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    prepare_installation(app, demo=demo)
    tell_first_code(Settings.from_environment().public_url)


def prepare_installation(app: Flask, *, demo: bool) -> None:
    """Make the installation ready to serve; doing it again changes nothing."""
    migrations.upgrade()
    refused = deploy_catalogue()
    if refused and not demo:
        raise ServicesRefused(services=", ".join(refused))
    if demo:
        with transaction():
            create_people()
        create_dossiers(app)


def tell_first_code(address: str) -> None:
    """Print the code of the first start while nobody has an account; never a password."""
    with transaction():
        code = new_code()
    if code is not None:
        click.echo(
            f"\nNobody has an account yet. Open {address}/administration/first-run\n"
            f"and type this code: {code}\n"
        )


def deploy_catalogue() -> list[str]:
    """Offer every service of the catalogue that can be offered; an unchanged one stays as it is.

    Returns the keys of the others; what is wrong with each is printed.
    """
    settings = Settings.from_environment()
    folders = sorted(manifest.parent for manifest in CATALOGUE.glob("*/service.yaml"))
    packs = {folder.name: _read(folder, settings) for folder in folders}
    sound = [pack for pack in packs.values() if pack is not None]
    if settings.play_scenarios:
        play_ahead(sound, tell=click.echo)
    return [
        key for key, pack in packs.items() if pack is None or not _deployed(key, pack, settings)
    ]


def _read(folder: Path, settings: Settings) -> ServicePack | None:
    try:
        return read_pack(folder, settings.profile)
    except MotcuaError as error:
        _tell_refusal(folder.name, error)
        return None


def _deployed(key: str, pack: ServicePack, settings: Settings) -> bool:
    try:
        _deploy(pack, settings)
    except MotcuaError as error:
        _tell_refusal(key, error)
        return False
    return True


def _tell_refusal(key: str, error: MotcuaError) -> None:
    click.echo(f"The service “{key}” is not offered. {in_plain_words(error)}", err=True)


def deploy_service(key: str) -> None:
    """Offer one service of the catalogue; raises PackBroken, ScenarioFailed, or what refuses it."""
    settings = Settings.from_environment()
    _deploy(read_pack(CATALOGUE / key, settings.profile), settings)


def _deploy(pack: ServicePack, settings: Settings) -> None:
    if settings.play_scenarios:
        require_scenarios(pack)
    with transaction():
        deploy_pack(pack, by="system")

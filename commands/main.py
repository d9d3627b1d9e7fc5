"""`motcua`: Flask's command line over the application, with the commands of this folder."""

from flask import Flask
from flask.cli import FlaskGroup

from commands.backup.command import backup, restore
from commands.migrations import with_migrations
from commands.settings_reference import settings_reference
from commands.translations_check import check_translations


def application() -> Flask:
    """The application as commands see it: with migrations, without worker threads."""
    from wsgi import create_app  # noqa: PLC0415  commands that need no application start at once

    return with_migrations(create_app())


main = FlaskGroup(
    name="motcua",
    create_app=application,
    add_default_commands=False,
    load_dotenv=False,
    help="Run and look after an installation of Motcua.",
)
for command in (backup, restore, check_translations, settings_reference):
    main.add_command(command)

"""`motcua`: Flask's command line over the application, with the commands of this folder."""

import click
from flask import Flask
from flask.cli import FlaskGroup
from werkzeug.utils import import_string

# Loaded when asked for: most commands need the whole house, some need nothing of it.
COMMANDS = {
    "run": "commands.run:run",
    "serve": "commands.serve:serve",
    "demo": "commands.demo.command:demo",
    "worker": "commands.worker:worker",
    "prepare": "commands.prepare:prepare",
    "import": "commands.imports:import_file",
    "register-client": "commands.clients:register_client",
    "client-keys": "commands.clients:client_keys",
    "try-client": "commands.try_client:try_client",
    "token-keys": "commands.token_keys:token_keys",
    "seal-keys": "commands.seal_keys:seal_keys",
    "backup": "commands.backup.command:backup",
    "doctor": "commands.doctor:doctor",
    "documents": "commands.documents:documents",
    "escalations": "commands.escalations:escalations",
    "calendar-draft": "commands.calendar_draft:calendar_draft",
    "event-log": "commands.event_log:export_event_log",
    "retention": "commands.retention:retention",
    "restore": "commands.backup.command:restore",
    "lint": "commands.lint:lint_models",
    "new-service": "commands.new_service:new_service",
    "verify": "commands.verify:verify",
    "migrate": "commands.migrate:migrate",
    "check-translations": "commands.translations_check:check_translations",
    "test": "commands.scenario_tests:test_packs",
    "feel": "commands.feel_tools:feel",
    "dmn": "commands.dmn_tools:dmn",
    "audit": "commands.record:audit",
    "authorization-reference": "commands.authorization_reference:authorization_reference",
    "letter-reference": "commands.letter_reference:letter_reference",
    "settings-reference": "commands.settings_reference:settings_reference",
}


class Console(FlaskGroup):
    """Our commands by name, then Flask's: `motcua db` comes from Flask-Migrate."""

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        """The command of that name."""
        if name in COMMANDS:
            found: click.Command = import_string(COMMANDS[name])
            return found
        return super().get_command(context, name)

    def list_commands(self, context: click.Context) -> list[str]:
        """All names, for the help page."""
        return sorted({*COMMANDS, *super().list_commands(context)})


def application() -> Flask:
    """The application, imported only for the commands that need it."""
    made: Flask = import_string("commands.application:application")()
    return made


main = Console(
    name="motcua",
    create_app=application,
    add_default_commands=False,
    add_version_option=False,
    load_dotenv=False,
    help="Run and look after an installation of Motcua.",
)

"""`motcua settings-reference`: docs/settings.md, made from the settings' own words."""

from dataclasses import Field, fields
from pathlib import Path
from typing import Any

import click

from commands.console import plain_errors
from commands.errors import SettingsPageStale
from core.config import PREFIX, Settings

PAGE = Path(__file__).parent.parent / "docs" / "settings.md"
HEAD = """# Settings

Every setting is an environment variable; none is required. Made by `make settings` from
`core/config.py`: change it there.

| Variable | Default | Meaning |
|---|---|---|
"""


@click.command()
@click.option("--check", is_flag=True, help="Only tell whether the page is up to date.")
@plain_errors
def settings_reference(*, check: bool) -> None:
    """Write docs/settings.md from the code."""
    if not check:
        PAGE.parent.mkdir(exist_ok=True)
        PAGE.write_text(reference(), "utf-8")
    elif not PAGE.is_file() or PAGE.read_text("utf-8") != reference():
        raise SettingsPageStale(page=f"{PAGE.parent.name}/{PAGE.name}")


def reference() -> str:
    """The page as Markdown."""
    return HEAD + "".join(_row(setting) for setting in fields(Settings))


def _row(setting: Field[Any]) -> str:
    default = f"`{setting.default}`" if str(setting.default) else "(empty)"
    secret = " **Secret.**" if setting.metadata["secret"] else ""
    meaning = setting.metadata["meaning"].replace("|", "\\|")
    return f"| `{PREFIX}{setting.name.upper()}` | {default} | {meaning}{secret} |\n"

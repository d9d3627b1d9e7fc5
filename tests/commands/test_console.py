"""How `motcua` speaks: help that names every command, errors without a traceback, papers kept."""

import pytest
from click.testing import CliRunner

from accounts.policy import TABLE
from commands import authorization_reference, settings_reference, translations_check
from commands.main import COMMANDS, main


def test_the_help_page_names_every_command_and_what_it_is_for():
    done = CliRunner().invoke(main, ["--help"])
    assert done.exit_code == 0
    for name in COMMANDS:
        line = next(line for line in done.output.splitlines() if line.split()[:1] == [name])
        assert len(line.split()) > 3


def test_a_stale_page_of_settings_is_told_and_can_be_written_anew(tmp_path, monkeypatch):
    page = tmp_path / "docs" / "settings.md"
    monkeypatch.setattr(settings_reference, "PAGE", page)
    stale = CliRunner().invoke(main, ["settings-reference", "--check"])
    assert stale.exit_code == 1
    assert "motcua settings-reference" in stale.output
    assert CliRunner().invoke(main, ["settings-reference"]).exit_code == 0
    assert CliRunner().invoke(main, ["settings-reference", "--check"]).exit_code == 0


def test_a_stale_page_of_rights_is_told_and_can_be_written_anew(tmp_path, monkeypatch):
    monkeypatch.setattr(authorization_reference, "PAGE", tmp_path / "authorization.md")
    stale = CliRunner().invoke(main, ["authorization-reference", "--check"])
    assert stale.exit_code == 1
    assert "motcua authorization-reference" in stale.output
    assert CliRunner().invoke(main, ["authorization-reference"]).exit_code == 0
    assert CliRunner().invoke(main, ["authorization-reference", "--check"]).exit_code == 0


def test_the_page_of_rights_tells_every_row_of_the_table():
    told = {
        (action.strip(" `"), role)
        for _, action, roles, *_ in (
            line.split("|")
            for line in authorization_reference.reference().splitlines()
            if line.startswith("| `")
        )
        for role in roles.strip().split(", ")
    }
    assert told == {(rule.action, rule.role) for rule in TABLE}


def test_secrets_are_marked_in_the_page_of_settings():
    row = next(line for line in settings_reference.reference().splitlines() if "SECRET_KEY" in line)
    assert "**Secret.**" in row


@pytest.fixture
def room(tmp_path, monkeypatch):
    """A room with one text in Python and one in a template."""
    monkeypatch.setattr(translations_check, "ROOT", tmp_path)
    made = tmp_path / "hall"
    (made / "templates").mkdir(parents=True)
    (made / "__init__.py").write_text('TITLE = N_("Hello %(name)s")\n')
    (made / "templates" / "page.html").write_text("<p>{% trans %}Come in{% endtrans %}</p>")
    return made


def translate(room, **texts):
    folder = room / "translations" / "vi" / "LC_MESSAGES"
    folder.mkdir(parents=True, exist_ok=True)
    head = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n'
    entries = [f'\nmsgid "{text}"\nmsgstr "{said}"\n' for text, said in texts.items()]
    (folder / "messages.po").write_text(head + "".join(entries))


def test_a_text_that_is_not_translated_is_told_with_its_place(room):
    translate(room, **{"Hello %(name)s": "Chào %(name)s"})
    (problem,) = translations_check.problems(room)
    assert "'Come in'" in problem
    assert "templates/page.html" in problem


def test_a_placeholder_that_the_text_does_not_have_is_told(room):
    translate(room, **{"Hello %(name)s": "Chào %(ten)s", "Come in": "Mời vào"})
    assert ["other placeholders" in each for each in translations_check.problems(room)] == [True]


def test_a_translation_that_nothing_uses_is_told(room):
    translate(room, **{"Hello %(name)s": "Chào %(name)s", "Come in": "Mời vào", "Go away": "Đi đi"})
    assert ["no longer used" in each for each in translations_check.problems(room)] == [True]

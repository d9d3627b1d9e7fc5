"""Identifiers, clock, settings and errors."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from core import clock
from core.config import Settings
from core.errors import N_, InvalidSetting, MotcuaError
from core.ids import new_id
from core.logs import PERSONAL, _mask


def test_identifiers_are_version_7_and_sort_by_the_millisecond_they_were_made_in():
    first = new_id()
    later = new_id()
    assert first.version == later.version == 7
    assert first.int >> 80 <= later.int >> 80


def test_the_clock_can_be_set_inside_a_context_only():
    moment = datetime(2026, 2, 28, tzinfo=UTC)
    with clock.at(moment):
        assert clock.now() - moment < timedelta(seconds=1)
    assert clock.now() - moment > timedelta(days=100)


def test_settings_come_from_the_environment():
    settings = Settings.from_environment(
        {"MOTCUA_DATA_DIRECTORY": "/data", "MOTCUA_EMBEDDED_WORKERS": "5", "OTHER": "x"}
    )
    assert settings.data_directory == Path("/data")
    assert settings.embedded_workers == 5


def test_a_setting_that_cannot_be_read_is_named():
    with pytest.raises(InvalidSetting, match="MOTCUA_EMBEDDED_WORKERS"):
        Settings.from_environment({"MOTCUA_EMBEDDED_WORKERS": "many"})


@pytest.mark.parametrize(
    ("url", "effective"),
    [
        ("postgresql://u:p@h/d", "postgresql+psycopg://u:p@h/d"),
        ("postgres://h/d", "postgresql+psycopg://h/d"),
        ("sqlite:////tmp/x.db", "sqlite:////tmp/x.db"),
    ],
)
def test_postgresql_is_spoken_to_by_psycopg_3(url, effective):
    assert Settings(database_url=url).effective_database_url == effective


def test_an_error_words_itself_from_its_parameters():
    class TooMany(MotcuaError):
        code = "too-many"
        title = N_("Too many: %(count)s")
        remedy = N_("Send fewer.")

    assert str(TooMany(count=3)) == "too-many: Too many: 3 Send fewer."


def test_log_lines_carry_no_personal_data():
    line = _mask(None, "info", {"event": "x", **dict.fromkeys(PERSONAL, "secret")})
    assert "secret" not in line.values()

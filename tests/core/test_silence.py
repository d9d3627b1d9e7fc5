"""Log lines of what is only played are dropped, and of nothing else."""

import structlog

from core import logs


def test_nothing_is_logged_in_silence_and_everything_after_it(capsys):
    usual = structlog.get_config()
    structlog.reset_defaults()
    try:
        with logs.silence():
            structlog.get_logger().warning("unheard")
        structlog.get_logger().warning("heard")
    finally:
        structlog.configure(**usual)

    said = capsys.readouterr().out
    assert "unheard" not in said
    assert "heard" in said

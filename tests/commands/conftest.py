"""Databases as an operator finds them: without any table."""

from collections.abc import Iterator

import pytest


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_database(request: pytest.FixtureRequest) -> Iterator[str]:
    """A setting `database_url`, once for SQLite and once for PostgreSQL."""
    if request.param == "sqlite":
        yield ""
        return
    with request.getfixturevalue("postgres").database() as url:
        yield url

"""A site on PostgreSQL for tests with real worker processes."""

from collections.abc import Iterator

import pytest

from engine.jobs import internal
from tests.chaos.site import Site, running_site
from tests.servers import Postgres


@pytest.fixture(autouse=True)
def pages_of_signals(monkeypatch: pytest.MonkeyPatch) -> None:
    """A house that is built in this very process makes them small: not for the tests that follow."""
    monkeypatch.setattr(internal, "SIGNAL_PAGE", internal.SIGNAL_PAGE)


@pytest.fixture
def site(postgres: Postgres) -> Iterator[Site]:
    with running_site(postgres) as made:
        yield made

"""A site on PostgreSQL for tests with real worker processes."""

from collections.abc import Iterator

import pytest

from tests.chaos.site import Site, running_site
from tests.servers import Postgres


@pytest.fixture
def site(postgres: Postgres) -> Iterator[Site]:
    with running_site(postgres) as made:
        yield made

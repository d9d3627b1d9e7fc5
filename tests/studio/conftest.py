"""One installation for all performances of a test file."""

from collections.abc import Iterator

import pytest

from studio.scenarios import Installation, installation


@pytest.fixture(scope="module")
def stage() -> Iterator[Installation]:
    with installation() as made:
        yield made

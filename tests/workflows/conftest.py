"""The code tables of the profile, for gates that are asked without a site."""

from collections.abc import Iterator, Sequence
from datetime import date

import pytest
from flask import Flask

from forms import Option, code_tables
from workflows.profiles import DEFAULT_PROFILE, read_profile


class ProfileCodes:
    """The tables as they came with the profile, whatever the day."""

    def names(self) -> frozenset[str]:
        return frozenset(read_profile(DEFAULT_PROFILE).codes)

    def codes(self, table: str, day: date) -> Sequence[Option]:
        told = read_profile(DEFAULT_PROFILE).codes[table]["codes"]
        return [Option(each["code"], each["name"]) for each in told]


@pytest.fixture
def tables() -> Iterator[None]:
    site = Flask(__name__)
    code_tables.install(site, ProfileCodes())
    with site.app_context():
        yield

"""Choices from code tables follow the day: what may be chosen, and what it was called."""

from datetime import date, timedelta
from typing import Any

import orjson
import pytest
from flask import Flask

from commands.sample.application import SERVICE
from core.clock import today
from dossiers.settled import CODE
from forms import AnswersInvalid, Form, code_tables
from tests.dossiers.test_settled import settle
from workflows.errors import PackBroken
from workflows.operations import deploy_pack
from workflows.pack import ServicePack
from workflows.queries import service

BEFORE_THE_REFORM, AFTER = date(2025, 6, 30), date(2025, 7, 1)
SOURCE: dict[str, Any] = {
    "type": "default",
    "id": "place",
    "schemaVersion": 19,
    "components": [
        {
            "type": "select",
            "id": "province",
            "key": "province",
            "label": "Tỉnh",
            "valuesKey": "province",
            "validate": {"required": True},
        }
    ],
}
FORM = Form.parse(orjson.dumps(SOURCE), file="place.form")


@pytest.fixture(autouse=True)
def house(installation: Flask) -> Flask:
    """With the profile of Viet Nam."""
    return installation


def rename(code: str, name: str, usable: str = "yes", **value: Any) -> None:
    settle(
        CODE, table="province", code=code, name_vi=name, usable=usable, basis="Nghị quyết", **value
    )


def told(code: str, day: date | None = None) -> str:
    with code_tables.as_of(day):
        return FORM.summary({"province": code}, "vi")[0].value


def test_a_code_of_the_profile_can_be_chosen():
    assert FORM.load({"province": "01"}, "vi") == {"province": "01"}


@pytest.mark.parametrize("code", ["02", "99", "", "Hà Nội"])
def test_what_is_no_code_of_today_is_refused(code: str):
    with pytest.raises(AnswersInvalid):
        FORM.load({"province": code}, "vi")


def test_an_old_case_shows_the_name_of_its_day():
    assert [told("15", BEFORE_THE_REFORM), told("15", AFTER), told("15")] == [
        "Yên Bái",
        "Lào Cai",
        "Lào Cai",
    ]


def test_a_code_that_is_gone_is_still_told_in_old_cases():
    assert told("02", BEFORE_THE_REFORM) == "Hà Giang"


def test_what_was_supplemented_later_is_told_too():
    rename("99", "Tỉnh Mới")
    assert told("99", BEFORE_THE_REFORM) == "Tỉnh Mới"


def test_a_decision_prevails_over_the_profile_from_its_day_on():
    rename("01", "Thủ đô Hà Nội")
    assert [told("01"), told("01", today() - timedelta(days=1))] == ["Thủ đô Hà Nội", "Hà Nội"]


def test_what_is_no_longer_usable_cannot_be_chosen():
    rename("01", "Hà Nội", usable="no")
    with pytest.raises(AnswersInvalid):
        FORM.load({"province": "01"}, "vi")
    assert told("01", today() - timedelta(days=1)) == "Hà Nội"


def test_each_language_has_its_own_names():
    assert FORM.summary({"province": "79"}, "en")[0].value == "Ho Chi Minh City"


def test_a_table_that_is_not_there_cannot_be_filled():
    with pytest.raises(AnswersInvalid):
        settle(CODE, table="star", code="1", name_vi="Sao", usable="yes", basis="?")


def test_a_form_that_takes_options_from_an_unknown_table_is_not_deployed():
    pack, form = service(SERVICE), orjson.dumps({**SOURCE, "components": [_of("star")]})
    broken = ServicePack({**pack.files, "forms/place.form": form})
    with pytest.raises(PackBroken, match="star"):
        deploy_pack(broken, by="system")


def _of(table: str) -> dict[str, Any]:
    return {**SOURCE["components"][0], "valuesKey": table}


def test_codes_are_told_over_the_api(installation: Flask):
    asked = installation.test_client().get
    before = asked("/api/v1/code-tables/province?day=2025-06-30").get_json()["items"]
    now = asked("/api/v1/code-tables/province").get_json()["items"]
    assert [len(before), len(now)] == [63, 34]
    assert {"code": "15", "name": "Lào Cai"} in now
    assert asked("/api/v1/code-tables/star").status_code == 404

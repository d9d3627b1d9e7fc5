"""The state as bytes: every value comes back as it was, whatever somebody sends."""

from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import VariablesRefused
from engine.machine import state
from engine.machine.values import clean
from feel import DaysDuration, MonthsDuration
from tests.engine.machine import Driver
from tests.engine.models import flows, model, user

marked = st.sampled_from(["\x01", "\x01n", "\x01o", "typename", "$type", "__class__"])
names = st.text(st.characters(exclude_categories=["Cs"]), max_size=6) | marked
plain = (
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.decimals(allow_nan=False, allow_infinity=False, places=3)
    | names
    | st.dates()
    | st.datetimes(timezones=st.just(UTC)).map(lambda moment: moment.replace(fold=0))
    | st.datetimes().map(lambda moment: moment.replace(fold=0))
    | st.times().map(lambda moment: moment.replace(fold=0))
    | st.builds(DaysDuration, st.integers(-(10**15), 10**15))
    | st.builds(MonthsDuration, st.integers(-1000, 1000))
)
values = st.recursive(
    plain, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3)
)


@given(values)
def test_every_value_comes_back_equal_and_of_its_type(value):
    restored = state.decode(state.encode(value))

    assert restored == value
    assert repr(restored) == repr(value)


@given(st.dictionaries(names, values, max_size=4))
def test_no_variables_can_keep_a_process_from_being_restored(variables):
    process = model('<startEvent id="s"/>' + user("a") + flows("s -> a"))
    driver = Driver(process, variables=clean(variables))

    assert driver.data == clean(variables)
    assert driver.finish("a", form={"typename": "x"}).data["form"] == {"typename": "x"}


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        ((1, (2,)), [1, [2]]),
        (2**70, Decimal(2**70)),
        (time(8, 30), time(8, 30)),
        (date(2026, 1, 31), date(2026, 1, 31)),
        (datetime(2026, 1, 1, tzinfo=timezone(timedelta(hours=7))),) * 2,
    ],
)
def test_values_are_kept_as_what_feel_knows(value, kept):
    assert clean({"v": value}) == {"v": kept}


def test_identifiers_become_texts():
    identity = uuid4()
    assert clean({"id": identity}) == {"id": str(identity)}


def deep(levels: int) -> list[Any]:
    value: list[Any] = []
    for _ in range(levels):
        value = [value]
    return value


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (float("nan"), "not a number"),
        (Decimal("Infinity"), "not a number"),
        (10**500, "too long"),
        (Decimal("1" * 500), "too long"),
        (Decimal("1E+1000000"), "too long"),
        (deep(60), "too deeply"),
        ({1: "x"}, "its name is not a text"),
        ("\ud800", "not a valid text"),
        (object(), "of a kind that cannot be kept"),
        ({1, 2}, "of a kind that cannot be kept"),
        (b"bytes", "of a kind that cannot be kept"),
    ],
)
def test_what_no_process_can_hold_is_refused_with_its_place(value, reason):
    with pytest.raises(VariablesRefused, match=reason) as caught:
        clean({"form": {"field": value}})
    assert caught.value.params["path"].startswith("form.field")


def test_a_state_of_another_version_is_refused():
    driver = Driver(model('<startEvent id="s"/>' + user("a") + flows("s -> a")))
    foreign = state.encode([99, *state.decode(state.dump(driver.instance))[1:]])

    with pytest.raises(ValueError, match="version 99"):
        state.load(foreign, driver.instance.spec, driver.instance.id, "", driver.host)


def test_a_state_of_version_1_is_read_and_goes_on():
    folder = Path(__file__).parent / "states"
    driver = Driver((folder / "model.bpmn").read_bytes(), begin=False)
    old = (folder / "version-1.json").read_bytes()
    spec = driver.instance.spec
    driver.instance = state.load(old, spec, driver.instance.id, "", driver.host)

    assert driver.settle().open() == ["sub", "u", "u", "a", "b"]
    assert state.variables_of(old) == driver.data == {"amount": 12, "typename": {"\x01n": "x"}}
    driver.later(hours=2).finish("u", answer="two").finish("a").finish("b").finish("b")
    assert driver.ended

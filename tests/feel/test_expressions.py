"""What expressions mean, by example."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask import Flask

from core import clock
from feel import (
    DaysDuration,
    MonthsDuration,
    UnsupportedValue,
    Vocabulary,
    compile_expression,
    compile_unary_tests,
)

PHARMACY = {
    "tuổi": 34,
    "ngày hết hạn": date(2026, 12, 31),
    "Diện tích": 42.5,
    "nhân viên": [
        {"tên": "An", "năm": 5, "chứng chỉ": True},
        {"tên": "Bình", "năm": 1, "chứng chỉ": False},
    ],
    "chủ": {"địa chỉ": {"tỉnh": "Huế"}},
    "vắng": None,
}


def evaluate(text: str, **more: Any) -> Any:
    return compile_expression(text).evaluate({**PHARMACY, **more})


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1 + 2 * 3", 7),
        ("-2 ** 2", 4),
        ("2 ** 3 ** 2", 64),
        ("(1 + 2) * 3", 9),
        ("0.1 + 0.2 = 0.3", True),
        ("1/3*3", Decimal("0.9999999999999999999999999999999999")),
        ('"một" + " cửa"', "một cửa"),
        ('"a\\tb\\u{1F600}"', "a\tb😀"),
        ("tuổi >= 18 and Diện tích > 40", True),
        ('chủ.địa chỉ.tỉnh in ("Huế", "Đà Nẵng")', True),
        ("nhân viên[năm > 3].tên", ["An"]),
        ("nhân viên[1].tên", "An"),
        ("nhân viên[-1].tên", "Bình"),
        ("nhân viên[9]", None),
        ("nhân viên[item.chứng chỉ].tên", ["An"]),
        ("every n in nhân viên satisfies n.năm >= 1", True),
        ("some n in nhân viên satisfies n.chứng chỉ = false", True),
        ("for n in nhân viên return n.năm * 2", [10, 2]),
        ("for i in 3..1 return i", [3, 2, 1]),
        ("for i in 1..5 return if i = 1 then 1 else i * partial[-1]", [1, 2, 6, 24, 120]),
        ("for x in [1, 2], y in [x, 10] return x * y", [1, 10, 2 * 2, 20]),
        ('if tuổi > 60 then "nghỉ" else "làm"', "làm"),
        ("if vắng then 1 else 2", 2),
        ("tuổi between 18 and 60", True),
        ("tuổi in [18..60]", True),
        ("tuổi in (< 18, > 60)", False),
        ("{a: 1, b: a + 1}.b", 2),
        ("{tổng phí: 3, x: tổng phí * 2}.x", 6),
        ("[[1, 2], [3]][2]", [3]),
        ("sum(nhân viên.năm)", 6),
        ("count([])", 0),
        ('substring("giấy phép", 6)', "phép"),
        ("string(1.50)", "1.5"),
        ('string([1, "a", {b: null}])', '[1, "a", {b: null}]'),
        ("sort([3, 1, 2], function(a, b) a > b)", [3, 2, 1]),
        ('substring(start position: 2, string: "abc")', "bc"),
        ("decimal(2.5, 0)", 2),
        ("5 instance of number", True),
        ("[1] instance of list<string>", False),
        ("is defined(vắng)", True),
        ("is defined(chưa có)", False),
        ("get or else(vắng, 7)", 7),
        ("`tuổi` + 1", 35),
        ("1 /* chú thích */ + 1 // hết", 2),
        ('@"2026-01-31" + @"P1M"', date(2026, 2, 28)),
        ('ngày hết hạn - @"2026-12-01"', DaysDuration(30 * 86_400 * 10**9)),
        ("ngày hết hạn.weekday", 4),
        ('years and months duration(@"2020-03-15", @"2026-03-14")', MonthsDuration(71)),
        ('@"08:30:00"', time(8, 30)),
        ("day of week(ngày hết hạn)", "Thursday"),
        ('string(@"-0044-03-15")', "-0044-03-15"),
        ("overlaps([1..5], [5..9])", True),
        ("10 in (1..10)", False),
        ('matches("0901234567", "^0\\\\d{9}$")', True),
        ('replace("a1b22", "(\\\\d+)", "[$1]")', "a[1]b[22]"),
        ('matches("Đặng", "^\\\\p{L}+$")', True),
    ],
)
def test_an_expression_has_the_value_that_the_specification_gives(text: str, value: Any) -> None:
    assert evaluate(text) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("true and vắng", None),
        ("false and vắng", False),
        ("true or vắng", True),
        ("false or vắng", None),
        ("vắng = null", True),
        ("vắng > 5", None),
        ("not(vắng)", None),
        ('1 = "1"', None),
        ('1 + "1"', None),
        ("vắng.bất kỳ", None),
        ("chưa có + 1", None),
        ('sum([1, "a"])', None),
        ('date("2026-02-30")', None),
        ("substring(null, 1)", None),
        ("no such function(1)", None),
    ],
)
def test_null_travels_by_three_valued_logic(text: str, value: Any) -> None:
    assert evaluate(text) is value


def test_pythons_numbers_become_decimals_of_their_text() -> None:
    assert evaluate("x + 0.2", x=0.1) == Decimal("0.3")


def test_a_truth_value_is_no_number() -> None:
    assert evaluate("x < 5", x=True) is None


def test_dates_and_times_cross_the_border_as_pythons_own() -> None:
    moment = datetime(2026, 11, 21, 8, 30, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
    later = evaluate("m + d", m=moment, d=timedelta(hours=1))
    assert later == datetime(2026, 11, 21, 2, 30, tzinfo=UTC)
    assert isinstance(later.tzinfo, ZoneInfo)


def test_today_is_the_day_in_the_zone_asked_for() -> None:
    with clock.at(datetime(2026, 11, 20, 17, 30, tzinfo=UTC)):
        today = compile_expression("today()")
        assert today.evaluate({}, zone=ZoneInfo("Asia/Ho_Chi_Minh")) == date(2026, 11, 21)
        assert today.evaluate({}) == date(2026, 11, 20)


def test_names_lists_what_an_expression_depends_on() -> None:
    text = "for n in nhân viên return n.năm + phụ cấp[item > mức].x + sum(nhân viên.năm)"
    assert compile_expression(text).names >= {"nhân viên", "phụ cấp", "mức"}
    assert not compile_expression(text).names & {"n", "item", "sum"}


def test_names_with_signs_are_read_when_they_are_known() -> None:
    vocabulary = Vocabulary.of(["số bậc-1", "values in a list"])
    assert compile_expression("số bậc-1 * 2", vocabulary).evaluate({"số bậc-1": 4}) == 8
    known = compile_expression("some v in values in a list satisfies v > 1", vocabulary)
    assert known.evaluate({"values in a list": [1, 2]}) is True


def test_the_same_text_is_compiled_once() -> None:
    assert compile_expression("1 + 1") is compile_expression("1 + 1")


def test_one_expression_serves_many_threads() -> None:
    total = compile_expression("sum(for i in 1..n return i * i)")
    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(lambda n: total.evaluate({"n": n}), range(1, 60)))
    assert results == [sum(i * i for i in range(1, n + 1)) for n in range(1, 60)]


def test_the_context_is_never_changed() -> None:
    context = {"xs": [{"a": 1}, {"a": 2}], "a": 9}
    compile_expression("[for x in xs return x.a, xs[a > 1], {xs: 1}.xs]").evaluate(context)
    assert context == {"xs": [{"a": 1}, {"a": 2}], "a": 9}


def test_a_value_of_an_unknown_kind_is_refused_by_name() -> None:
    with pytest.raises(UnsupportedValue, match="object"):
        evaluate("x", x=object())


@pytest.mark.parametrize(
    ("cell", "value", "verdict"),
    [
        ("-", None, True),
        ("< 18", 17, True),
        ("< 18, > 60", 61, True),
        ("[18..60)", 60, False),
        ('"A", "B"', "B", True),
        ('not("A", "B")', "C", True),
        ("not(< 18)", 20, True),
        ("null", None, True),
        ("true", False, False),
        ("? > 3 and ? < 5", 4, True),
        ('starts with(?, "DP")', "DP-01", True),
        ("ngưỡng", 5, True),
        (">= ngưỡng", 4, False),
        ('date("2026-01-01")', date(2026, 1, 1), True),
        ("> 10", None, None),
        ("danh sách", "x", True),
    ],
)
def test_a_cell_tests_its_input(cell: str, value: Any, verdict: bool | None) -> None:
    context = {"ngưỡng": 5, "danh sách": ["x", "y"]}
    assert compile_unary_tests(cell).matches(value, context) is verdict


def test_today_is_counted_in_the_zone_of_the_application(bare_app: Flask) -> None:
    clock.keep_zone(bare_app, "Asia/Ho_Chi_Minh")
    with clock.at(datetime(2026, 11, 20, 17, 30, tzinfo=UTC)):
        assert compile_expression("today()").evaluate({}) == date(2026, 11, 21)


def test_paths_lists_the_members_that_an_expression_reads() -> None:
    text = "declaration.organisation number != null and count(staff[age > least].name) > 0"
    assert compile_expression(text).paths == {
        "declaration.organisation number",
        *("staff", "age", "least"),
    }

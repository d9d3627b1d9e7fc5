"""Conditions of three clauses in FEEL, with limits on, against lambdas written by hand on decimals."""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from bench.measuring import Row, at_most, informing, interleaved, per_call
from feel import compile_expression

CALLS = 10_000
GOAL = 4
CONTEXT: dict[str, Any] = {
    "amount": Decimal(500),
    "kind": "new",
    "vip": False,
    "days": Decimal(3),
    "limit": Decimal(100),
    "rate": Decimal("0.1"),
    "area": Decimal(42),
    "least": Decimal(10),
    "most": Decimal(50),
    "expiry": date(2027, 1, 1),
    "issued": date(2025, 1, 1),
    "name": "An Bình",
    "missing": None,
    "staff": ["An", "Bình", "Chi"],
    "applicant": {"age": Decimal(33), "kind": "pharmacy", "area": Decimal(40)},
}
ONE, TEN, THIRTY, FIFTY, HUNDRED, THOUSAND = map(Decimal, (1, 10, 30, 50, 100, 1_000))
YEAR_END, DECADE = date(2026, 12, 31), date(2020, 1, 1)

Lambda = Callable[[Mapping[str, Any]], object]
SHAPES: Mapping[str, tuple[str, Lambda]] = {
    "constants": (
        'amount > 100 and kind = "new" and days < 30',
        lambda s: s["amount"] > HUNDRED and s["kind"] == "new" and s["days"] < THIRTY,
    ),
    "or inside": (
        'amount > 100 and kind = "new" and (vip or days < 30)',
        lambda s: s["amount"] > HUNDRED and s["kind"] == "new" and (s["vip"] or s["days"] < THIRTY),
    ),
    "variables": (
        "amount > limit and area >= least and area <= most",
        lambda s: s["amount"] > s["limit"] and s["area"] >= s["least"] and s["area"] <= s["most"],
    ),
    "arithmetic": (
        "amount * rate < limit and area + days > least and days - 1 < most",
        lambda s: (
            s["amount"] * s["rate"] < s["limit"]
            and s["area"] + s["days"] > s["least"]
            and s["days"] - ONE < s["most"]
        ),
    ),
    "membership": (
        'kind in ("new", "renewal") and area between 10 and 50 and amount in [100..1000]',
        lambda s: (
            s["kind"] in ("new", "renewal")
            and TEN <= s["area"] <= FIFTY
            and HUNDRED <= s["amount"] <= THOUSAND
        ),
    ),
    "paths": (
        'applicant.age >= 10 and applicant.kind = "pharmacy" and applicant.area > 30',
        lambda s: (
            s["applicant"]["age"] >= TEN
            and s["applicant"]["kind"] == "pharmacy"
            and s["applicant"]["area"] > THIRTY
        ),
    ),
    "dates": (
        'expiry > @"2026-12-31" and issued < expiry and issued >= @"2020-01-01"',
        lambda s: s["expiry"] > YEAR_END and s["issued"] < s["expiry"] and s["issued"] >= DECADE,
    ),
    "nulls": (
        "missing = null and kind != null and vip = false",
        lambda s: s["missing"] is None and s["kind"] is not None and s["vip"] is False,
    ),
}
CALLED = 'not(vip) and starts with(name, "An") and count(staff) > 2'


def rows() -> list[Row]:
    """One row for every usual shape, and what calls of builtin functions cost."""
    return [*(shape_row(name, *shape) for name, shape in SHAPES.items()), calls_row()]


def shape_row(name: str, text: str, by_hand: Lambda) -> Row:
    feel, hand = measured(text, by_hand)
    title = f"FEEL condition of three clauses: {name}"
    return at_most(title, feel, "Python lambda on decimals", feel / hand, GOAL)


def calls_row() -> Row:
    feel, hand = measured(
        CALLED,
        lambda s: not s["vip"] and s["name"].startswith("An") and len(s["staff"]) > 2,
    )
    title = "FEEL condition of three builtin calls"
    return informing(title, feel, "Python lambda on decimals", feel / hand)


def measured(text: str, by_hand: Lambda) -> tuple[float, float]:
    """Seconds per evaluation of the expression and of the lambda, which must agree."""
    expression = compile_expression(text)
    assert expression.evaluate(CONTEXT) is by_hand(CONTEXT) is True
    deeds: dict[str, Callable[[], float]] = {
        "feel": lambda: per_call(lambda: expression.evaluate(CONTEXT), CALLS),
        "hand": lambda: per_call(lambda: by_hand(CONTEXT), CALLS),
    }
    times = interleaved(deeds, rounds=15)
    return times["feel"], times["hand"]

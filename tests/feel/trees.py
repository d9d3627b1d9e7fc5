"""Random expressions as trees, mostly of fitting kinds, over the variables of `CONTEXT`."""

from datetime import date
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from feel import iso, to_text
from feel.durations import parse_duration
from feel.syntax import (
    And,
    Arithmetic,
    Between,
    Binding,
    Call,
    Comparison,
    ContextOf,
    Filter,
    For,
    FunctionOf,
    HalfRange,
    If,
    In,
    InstanceOf,
    ListOf,
    Literal,
    Name,
    Negate,
    Node,
    Or,
    Path,
    Quantified,
    RangeOf,
)
from feel.types import ANY, BUILTIN_TYPES, ListType

Tree = st.SearchStrategy[Node]

LONGEST = 200
CONTEXT: dict[str, Any] = {
    "a": Decimal(0),
    "x": Decimal(7),
    "y": Decimal("2.5"),
    "tên": "An Bình",
    "mở": True,
    "vắng": None,
    "xs": [Decimal(3), Decimal(1), Decimal(2)],
    "rows": [{"a": Decimal(1), "b": "một"}, {"a": Decimal(4), "b": "bốn"}],
    "owner": {"tuổi": Decimal(34), "ngày cấp": date(2026, 1, 31)},
}


def name(word: str) -> Node:
    return Name(0, word)


def call(function: str, *arguments: Tree) -> Tree:
    return st.tuples(*arguments).map(lambda given: Call(0, name(function), given))


def literal(value: Any) -> Node:
    return Literal(0, value)


def either(*trees: Tree) -> Tree:
    return st.one_of(*trees)


numbers: Tree = st.deferred(
    lambda: either(
        st.integers(0, 20).map(lambda number: literal(Decimal(number))),
        st.sampled_from(["0.5", "1.25", "100", "0.1"]).map(lambda text: literal(Decimal(text))),
        st.sampled_from([name("x"), name("y"), Path(0, name("owner"), "tuổi")]),
        st.builds(Arithmetic, st.just(0), st.sampled_from("+-*/"), numbers, numbers),
        st.builds(Negate, st.just(0), numbers),
        st.builds(If, st.just(0), booleans, numbers, numbers),
        st.builds(
            Filter, st.just(0), lists, st.integers(1, 3).map(lambda at: literal(Decimal(at)))
        ),
        *(call(function, lists) for function in ("sum", "min", "max", "count", "mean")),
        *(call(function, numbers) for function in ("floor", "ceiling", "abs")),
        call("string length", texts),
        call("modulo", numbers, numbers),
        oddities,
    )
)
texts: Tree = st.deferred(
    lambda: either(
        st.sampled_from(["", "a", "An", "bình", '"\\', "a b c", "ạ😀"]).map(literal),
        st.just(name("tên")),
        st.builds(Arithmetic, st.just(0), st.just("+"), texts, texts),
        st.builds(If, st.just(0), booleans, texts, texts),
        call("upper case", texts),
        call("substring before", texts, texts),
        call("substring", texts, st.integers(-3, 4).filter(bool).map(whole)),
        call("string", either(numbers, booleans)),
        oddities,
    )
)
booleans: Tree = st.deferred(
    lambda: either(
        st.sampled_from([*map(literal, (True, False)), name("mở")]),
        *(
            st.builds(
                Comparison, st.just(0), st.sampled_from(["=", "!=", "<", "<=", ">", ">="]), a, a
            )
            for a in (numbers, texts, dates)
        ),
        st.builds(Between, st.just(0), numbers, numbers, numbers),
        st.builds(In, st.just(0), numbers, st.lists(tests, min_size=1, max_size=3).map(tuple)),
        st.builds(And, st.just(0), st.lists(booleans, min_size=2, max_size=3).map(tuple)),
        st.builds(Or, st.just(0), st.lists(booleans, min_size=2, max_size=3).map(tuple)),
        st.builds(Quantified, st.just(0), st.booleans(), st.tuples(bindings), conditions_on("i")),
        st.builds(
            InstanceOf,
            st.just(0),
            anything,
            st.sampled_from([BUILTIN_TYPES["number"], BUILTIN_TYPES["string"], ListType()]),
        ),
        call("not", booleans),
        call("contains", texts, texts),
        call("starts with", texts, texts),
        call("list contains", lists, numbers),
        oddities,
    )
)
lists: Tree = st.deferred(
    lambda: either(
        st.just(name("xs")),
        st.just(Path(0, name("rows"), "a")),
        st.builds(ListOf, st.just(0), st.lists(numbers, max_size=3).map(tuple)),
        st.builds(Filter, st.just(0), lists, conditions_on("item")),
        st.builds(For, st.just(0), st.tuples(bindings), either(numbers, st.just(name("i")))),
        call("append", lists, numbers),
        call("concatenate", lists, lists),
        call("reverse", lists),
        call("distinct values", lists),
        call("sublist", lists, st.integers(1, 3).map(whole)),
        rows,
    )
)
rows: Tree = st.deferred(
    lambda: st.builds(
        Path,
        st.just(0),
        st.builds(Filter, st.just(0), st.just(name("rows")), conditions_on("a")),
        st.just("a"),
    )
)
dates: Tree = st.deferred(
    lambda: either(
        st.dates(date(1990, 1, 1), date(2040, 1, 1)).map(
            lambda day: literal(iso.parse_date(day.isoformat()))
        ),
        st.just(Path(0, name("owner"), "ngày cấp")),
        st.builds(Arithmetic, st.just(0), st.sampled_from("+-"), dates, durations),
    )
)
durations: Tree = st.sampled_from(["P1D", "P10D", "PT36H", "P1M", "P2Y"]).map(
    lambda text: literal(parse_duration(text))
)
tests: Tree = st.deferred(
    lambda: either(
        numbers,
        st.builds(HalfRange, st.just(0), st.sampled_from(["<", "<=", ">", ">="]), numbers),
        st.builds(RangeOf, st.just(0), numbers, numbers, st.booleans(), st.booleans()),
        lists,
    )
)
bindings: st.SearchStrategy[Binding] = st.deferred(
    lambda: st.one_of(
        st.builds(Binding, st.just("i"), lists),
        st.builds(
            Binding, st.just("i"), st.integers(0, 4).map(whole), st.integers(0, 4).map(whole)
        ),
    )
)
contexts: Tree = st.deferred(
    lambda: st.lists(
        st.tuples(st.sampled_from(["a", "b c", "thêm"]), anything),
        max_size=3,
        unique_by=lambda entry: entry[0],
    ).map(lambda entries: ContextOf(0, tuple(entries)))
)
functions: Tree = st.deferred(
    lambda: st.builds(
        lambda body, argument: Call(0, FunctionOf(0, (("p", ANY),), body), (argument,)),
        either(numbers, st.just(name("p"))),
        anything,
    )
)
# What does not fit where it stands: nulls, other kinds, things that are not there.
oddities: Tree = st.deferred(
    lambda: either(
        st.sampled_from([literal(None), name("vắng"), Path(0, name("owner"), "khác")]),
        st.sampled_from([*map(literal, ("a", True, Decimal(1))), name("xs")]),
    )
)
anything: Tree = st.deferred(
    lambda: either(numbers, texts, booleans, lists, dates, contexts, functions)
)


def whole(number: int) -> Node:
    return Negate(0, literal(Decimal(-number))) if number < 0 else literal(Decimal(number))


def conditions_on(variable: str) -> Tree:
    """Truths about a name that is bound where they stand."""
    signs = st.sampled_from(["=", "!=", "<", "<=", ">", ">="])
    return st.builds(Comparison, st.just(0), signs, st.just(name(variable)), numbers)


# Small enough for the limits, and to be read when they fail.
expressions: Tree = anything.filter(lambda tree: len(to_text(tree)) <= LONGEST)

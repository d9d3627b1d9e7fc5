"""Relations of points and ranges (DMN 10.3.4.6): before, meets, overlaps, includes and so on.

A point is a range that holds nothing but itself; so one set of rules serves all four pairs.
"""

from collections.abc import Callable
from typing import Any

from feel.builtins.registry import builtin
from feel.comparing import RELATIONS, equal, ordered
from feel.limits import Evaluation
from feel.ranges import Range

Rule = Callable[[Range, Range, Evaluation], bool | None]
Verdict = bool | None


def relation(name: str, first: str, second: str) -> Callable[[Rule], Rule]:
    """Register name(first, second), where each is “point”, “range” or both."""

    def register(rule: Rule) -> Rule:
        def decide(run: Evaluation, left: Any, right: Any) -> Verdict:
            return rule(_range(left), _range(right), run)

        names = ("point1", "point2"), ("range1", "range2")
        for kind_one in first.split("|"):
            for kind_two in second.split("|"):
                one = _parameter(kind_one, kind_two, names, 0)
                two = _parameter(kind_two, kind_one, names, 1)
                builtin(f"{name}({one}: {kind_one}, {two}: {kind_two})")(decide)
        return rule

    return register


def _parameter(kind: str, other: str, names: tuple[tuple[str, str], ...], place: int) -> str:
    return names[kind == "range"][place] if kind == other else kind


def _range(value: Any) -> Range:
    return (
        value
        if isinstance(value, Range)
        else Range(value, value, low_included=True, high_included=True)
    )


def _less(left: Any, right: Any) -> Verdict:
    return ordered(RELATIONS["<"], left, right)


def _all(*verdicts: Verdict) -> Verdict:
    if False in verdicts:
        return False
    return None if None in verdicts else True


def _any(*verdicts: Verdict) -> Verdict:
    if True in verdicts:
        return True
    return None if None in verdicts else False


def _if(condition: bool, verdict: Verdict) -> Verdict:
    """The verdict where the condition holds, else false."""
    return verdict if condition else False


BOTH = "point|range"


@relation("before", BOTH, BOTH)
def before(left: Range, right: Range, run: Evaluation) -> Verdict:
    """Everything of the first lies before everything of the second."""
    touching = not left.high_included or not right.low_included
    return _any(_less(left.high, right.low), _if(touching, equal(left.high, right.low, run)))


@relation("after", BOTH, BOTH)
def after(left: Range, right: Range, run: Evaluation) -> Verdict:
    """Everything of the first lies after everything of the second."""
    return before(right, left, run)


@relation("meets", "range", "range")
def meets(left: Range, right: Range, run: Evaluation) -> Verdict:
    """The first ends with the point that the second begins with."""
    return _if(left.high_included and right.low_included, equal(left.high, right.low, run))


@relation("met by", "range", "range")
def met_by(left: Range, right: Range, run: Evaluation) -> Verdict:
    """The second meets the first."""
    return meets(right, left, run)


@relation("overlaps", "range", "range")
def overlaps(left: Range, right: Range, run: Evaluation) -> Verdict:
    """They have a point in common."""
    return _all(_reaches(left, right, run), _reaches(right, left, run))


def _reaches(left: Range, right: Range, run: Evaluation) -> Verdict:
    """The first does not end before the second begins."""
    touching = left.high_included and right.low_included
    return _any(_less(right.low, left.high), _if(touching, equal(right.low, left.high, run)))


@relation("overlaps before", "range", "range")
def overlaps_before(left: Range, right: Range, run: Evaluation) -> Verdict:
    """The first begins earlier, ends inside the second, and does not outlast it."""
    return _all(
        _begins_first(left, right, run), _reaches(left, right, run), _ends_first(left, right, run)
    )


def _begins_first(left: Range, right: Range, run: Evaluation) -> Verdict:
    wider = left.low_included and not right.low_included
    return _any(_less(left.low, right.low), _if(wider, equal(left.low, right.low, run)))


def _ends_first(left: Range, right: Range, run: Evaluation) -> Verdict:
    level = not left.high_included or right.high_included
    return _any(_less(left.high, right.high), _if(level, equal(left.high, right.high, run)))


@relation("overlaps after", "range", "range")
def overlaps_after(left: Range, right: Range, run: Evaluation) -> Verdict:
    """The second begins earlier and ends inside the first."""
    later = _any(
        _less(right.low, left.low),
        _if(right.low_included and not left.low_included, equal(left.low, right.low, run)),
    )
    longer = _any(
        _less(right.high, left.high),
        _if(left.high_included or not right.high_included, equal(left.high, right.high, run)),
    )
    return _all(later, _reaches(right, left, run), longer)


@relation("finishes", BOTH, "range")
def finishes(left: Range, right: Range, run: Evaluation) -> Verdict:
    """Both end alike, and the first begins no earlier."""
    same_end = _if(left.high_included == right.high_included, equal(left.high, right.high, run))
    return _all(same_end, _begins_inside(left, right, run))


def _begins_inside(left: Range, right: Range, run: Evaluation) -> Verdict:
    level = right.low_included or not left.low_included
    return _any(_less(right.low, left.low), _if(level, equal(left.low, right.low, run)))


@relation("finished by", "range", BOTH)
def finished_by(left: Range, right: Range, run: Evaluation) -> Verdict:
    """The second finishes the first."""
    return finishes(right, left, run)


@relation("includes", "range", BOTH)
def includes(left: Range, right: Range, run: Evaluation) -> Verdict:
    """The second lies wholly inside the first."""
    return _all(_begins_inside(right, left, run), _ends_first(right, left, run))


@relation("during", BOTH, "range")
def during(left: Range, right: Range, run: Evaluation) -> Verdict:
    """The first lies wholly inside the second."""
    return includes(right, left, run)


@relation("starts", BOTH, "range")
def starts(left: Range, right: Range, run: Evaluation) -> Verdict:
    """Both begin alike, and the first ends no later."""
    same_start = _if(left.low_included == right.low_included, equal(left.low, right.low, run))
    return _all(same_start, _ends_first(left, right, run))


@relation("started by", "range", BOTH)
def started_by(left: Range, right: Range, run: Evaluation) -> Verdict:
    """The second starts the first."""
    return starts(right, left, run)


@relation("coincides", "point", "point")
@relation("coincides", "range", "range")
def coincides(left: Range, right: Range, run: Evaluation) -> Verdict:
    """They are the same."""
    alike = (left.low_included, left.high_included) == (right.low_included, right.high_included)
    return _all(alike, equal(left.low, right.low, run), equal(left.high, right.high, run))

"""Decision tables of growing length: what is not asked should cost nothing."""

from collections.abc import Callable

from bench.measuring import Row, at_most, informing, interleaved, per_call
from engine.dmn import DecisionModel, parse_decisions

BASE = 50
LENGTHS = (5, BASE, 200, 2_000)
GOAL = 10
CALLS = 300
HEAD = (
    '<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" namespace="urn:bench">'
    '<decision id="fee" name="fee"><decisionTable id="fees">'
    "<input><inputExpression><text>kind</text></inputExpression></input>"
    "<input><inputExpression><text>area</text></inputExpression></input><output/>"
)
RULE = (
    "<rule><inputEntry><text>{kind}</text></inputEntry>"
    "<inputEntry><text>{area}</text></inputEntry><outputEntry><text>{fee}</text></outputEntry></rule>"
)


def rows() -> list[Row]:
    """A decision by tables of several lengths, by one text and one range."""
    deeds = {str(length): deed(model(length), length) for length in LENGTHS}
    measured = interleaved(deeds)
    made = []
    for length in LENGTHS:
        seconds = measured[str(length)]
        name, baseline = f"decision table of {length:,} rules", f"table of {BASE} rules"
        ratio = seconds / measured[str(BASE)]
        limited = length == max(LENGTHS)
        made.append(
            at_most(name, seconds, baseline, ratio, GOAL)
            if limited
            else informing(name, seconds, baseline, ratio)
        )
    return made


def model(length: int) -> DecisionModel:
    """One UNIQUE table: each rule has a kind in turn, and its own range of areas."""
    rules = (
        RULE.format(
            kind=f'"kind {number % 20}"',
            area=f"[{number * 10}..{number * 10 + 9}]",
            fee=number,
        )
        for number in range(length)
    )
    end = "</decisionTable></decision></definitions>"
    return parse_decisions(f"{HEAD}{''.join(rules)}{end}".encode())


def deed(decisions: DecisionModel, length: int) -> Callable[[], float]:
    """Ask for rules all over the table."""
    contexts = [
        {"kind": f"kind {number % 20}", "area": number * 10 + 5}
        for number in range(0, length, max(1, length // 50))
    ]

    def ask() -> None:
        for context in contexts:
            decisions.evaluate("fee", context)

    return lambda: per_call(ask, CALLS // len(contexts)) / len(contexts)

"""range("[1..10]"): the range that a text spells, with nothing but constants at its ends."""

from feel.builtins.registry import builtin
from feel.errors import FeelSyntaxError
from feel.folding import folded
from feel.limits import Evaluation
from feel.parser import parse_expression
from feel.ranges import Range
from feel.syntax import Literal, RangeOf


@builtin("range(from: string)")
def range_from(run: Evaluation, text: str) -> Range | None:
    """The range, or null when the text is none or its ends are computed."""
    run.charge(1 + len(text) // 8)
    try:
        node = parse_expression(text)
    except FeelSyntaxError:
        return None
    constant = folded(node) if isinstance(node, RangeOf) else node
    value = constant.value if isinstance(constant, Literal) else None
    return value if isinstance(value, Range) else None

"""FEEL, the expression language of DMN 1.5: the one language in which models decide.

    >>> from feel import compile_expression
    >>> may_apply = compile_expression("tuổi >= 18 and nghề != null")
    >>> may_apply.evaluate({"tuổi": 30, "nghề": "dược sĩ"})
    True

An expression is compiled once to closures. It reaches nothing but its context: no attributes of
Python objects, no modules, no files. Loops, calls, texts and patterns are limited (`Limits`).

The grammar is in `grammar.ebnf`; docs/feel.md shows all that can be done.
"""

from feel.checking import check
from feel.durations import DaysDuration, MonthsDuration
from feel.errors import (
    FeelError,
    FeelFinding,
    FeelLimitExceeded,
    FeelSyntaxError,
    UnsupportedValue,
)
from feel.explaining import Explanation
from feel.expression import Expression, UnaryTests, compile_expression, compile_unary_tests
from feel.limits import DEFAULT_LIMITS, Limits
from feel.printing import to_text
from feel.ranges import Range
from feel.vocabulary import Vocabulary

__all__ = [
    "DEFAULT_LIMITS",
    "DaysDuration",
    "Explanation",
    "Expression",
    "FeelError",
    "FeelFinding",
    "FeelLimitExceeded",
    "FeelSyntaxError",
    "Limits",
    "MonthsDuration",
    "Range",
    "UnaryTests",
    "UnsupportedValue",
    "Vocabulary",
    "check",
    "compile_expression",
    "compile_unary_tests",
    "to_text",
]

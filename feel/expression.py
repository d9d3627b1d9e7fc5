"""The public face: compile once, evaluate as often as wanted, from any thread."""

from collections.abc import Mapping
from decimal import InvalidOperation
from functools import lru_cache
from typing import Any

from feel import conditions, constructs, loops, range_text
from feel.compiler import Code, Compiler
from feel.errors import CallsTooDeep, FeelError, NestedTooDeeply, UnsupportedValue
from feel.limits import DEFAULT_LIMITS, MAX_NESTING, Evaluation, Limits
from feel.names import free_names
from feel.parser import parse_expression, parse_unary_tests
from feel.quick import UNSURE, quick
from feel.syntax import Node, UnaryTestsOf
from feel.unary import INPUT, Test, compile_tests
from feel.values import PLAIN, to_feel, to_python
from feel.vocabulary import PLAIN as PLAIN_VOCABULARY
from feel.vocabulary import Vocabulary

# Imported for what they register.
FORMS = (conditions, constructs, loops, range_text)


def _failed(error: Exception, limits: Limits) -> FeelError:
    """What Python could not bear, in our own words."""
    if isinstance(error, RecursionError):
        return CallsTooDeep(limit=limits.calls)
    return UnsupportedValue(kind="NaN")


class Expression:
    """A compiled expression. `names` are the variables it reads; `tree` is its syntax."""

    __slots__ = ("_quick", "code", "names", "text", "tree")

    def __init__(self, text: str, tree: Node) -> None:
        self.text = text
        self.tree = tree
        self.names: frozenset[str] = free_names(tree)
        self.code: Code = Compiler().compile(tree)
        self._quick = quick(tree)

    def evaluate(self, context: Mapping[str, Any], *, limits: Limits | None = None) -> Any:
        """The value in this context; what has no value is None.

        Raises FeelLimitExceeded, and UnsupportedValue for a variable of a kind that FEEL does not
        know.
        """
        if self._quick is not None:
            try:
                return self._quick(context)
            except UNSURE:
                pass
        return self._evaluate(context, limits)

    def _evaluate(self, context: Mapping[str, Any], limits: Limits | None) -> Any:
        run = Evaluation()
        if limits is not None:
            run.limits = limits
        try:
            result = self.code(context, run)
            return result if result.__class__ in PLAIN else to_python(result, run)
        except (RecursionError, InvalidOperation) as error:
            raise _failed(error, run.limits) from None

    def __repr__(self) -> str:
        return f"<Expression {self.text!r}>"


class UnaryTests:
    """A compiled cell of a decision table."""

    __slots__ = ("names", "test", "text", "tree")

    def __init__(self, text: str, tree: UnaryTestsOf) -> None:
        self.text = text
        self.tree = tree
        self.names: frozenset[str] = free_names(tree) - {INPUT}
        self.test: Test = compile_tests(tree)

    def matches(
        self, value: Any, context: Mapping[str, Any], *, limits: Limits = DEFAULT_LIMITS
    ) -> bool | None:
        """True when the value passes the tests; None when that cannot be told. Raises
        FeelLimitExceeded.
        """
        run = Evaluation()
        run.limits = limits
        try:
            return self.test(to_feel(value), context, run)
        except (RecursionError, InvalidOperation) as error:
            raise _failed(error, limits) from None

    def __repr__(self) -> str:
        return f"<UnaryTests {self.text!r}>"


def _too_deep(text: str) -> NestedTooDeeply:
    """Long chains of operators nest as deeply as brackets do."""
    return NestedTooDeeply(0, text[:20], limit=MAX_NESTING)


@lru_cache(maxsize=4096)
def compile_expression(text: str, vocabulary: Vocabulary = PLAIN_VOCABULARY) -> Expression:
    """Compile an expression; the same text gives the same object. Raises FeelSyntaxError.

    A leading “=”, as the modelling dialect writes expressions, is the caller's to remove.
    """
    try:
        return Expression(text, parse_expression(text, vocabulary))
    except RecursionError:
        raise _too_deep(text) from None


@lru_cache(maxsize=4096)
def compile_unary_tests(text: str, vocabulary: Vocabulary = PLAIN_VOCABULARY) -> UnaryTests:
    """Compile a cell of a decision table. Raises FeelSyntaxError."""
    try:
        return UnaryTests(text, parse_unary_tests(text, vocabulary))
    except RecursionError:
        raise _too_deep(text) from None

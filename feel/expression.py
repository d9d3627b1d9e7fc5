"""The public face: compile once, evaluate as often as wanted, from any thread."""

from collections.abc import Mapping
from datetime import tzinfo
from decimal import InvalidOperation
from functools import cached_property, lru_cache
from typing import Any, TypeVar

from feel import conditions, constructs, loops, range_text
from feel.compiler import Code, Compiler, Scope
from feel.errors import CallsTooDeep, FeelError, NestedTooDeeply, UnsupportedValue
from feel.explaining import Explanation, Watched, watched
from feel.limits import MAX_NESTING, Evaluation, Limits
from feel.names import free_names, free_paths
from feel.parser import parse_expression, parse_unary_tests
from feel.quick import UNSURE, quick
from feel.syntax import Node, UnaryTestsOf
from feel.unary import INPUT, Test, compile_tests
from feel.values import PLAIN, to_feel, to_python
from feel.vocabulary import PLAIN as PLAIN_VOCABULARY
from feel.vocabulary import Vocabulary

# Imported for what they register.
FORMS = (conditions, constructs, loops, range_text)


Known = TypeVar("Known", bound=Evaluation)


def _evaluation(run: Known, limits: Limits | None, zone: tzinfo | None) -> Known:
    if limits is not None:
        run.limits = limits
    if zone is not None:
        run.zone = zone
    return run


def _failed(error: Exception, limits: Limits) -> FeelError:
    """What Python could not bear, in our own words."""
    if isinstance(error, RecursionError):
        return CallsTooDeep(limit=limits.calls)
    return UnsupportedValue(kind="NaN")


class Expression:
    """A compiled expression.

    `names` are the variables it reads, `paths` the same with their members as far as they are
    named (“applicant.address.city”); `tree` is its syntax.
    """

    def __init__(self, text: str, tree: Node) -> None:
        self.text = text
        self.tree = tree
        found = free_paths(tree)
        self.names: frozenset[str] = frozenset(steps[0] for steps in found)
        self.paths: frozenset[str] = frozenset(map(".".join, found))
        self.code: Code = Compiler().compile(tree)
        self._quick = quick(tree)

    def evaluate(
        self,
        context: Mapping[str, Any],
        *,
        limits: Limits | None = None,
        zone: tzinfo | None = None,
    ) -> Any:
        """The value in this context; what has no value is None.

        `zone` is that of now() and today(), the application's when left out. Raises
        FeelLimitExceeded, and UnsupportedValue for a variable of a kind that FEEL does not know.
        """
        if self._quick is not None:
            try:
                return self._quick(context)
            except UNSURE:
                pass
        return _run(self.code, context, _evaluation(Evaluation(), limits, zone))

    def explain(
        self,
        context: Mapping[str, Any],
        *,
        limits: Limits | None = None,
        zone: tzinfo | None = None,
    ) -> Explanation:
        """The same value with the reasons of every null met on the way; slower. Raises as evaluate."""
        run = _evaluation(Watched(), limits, zone)
        value = _run(self._explained, context, run)
        return Explanation(value, tuple(run.reasons))

    def _explained(self, scope: Scope, run: Evaluation) -> Any:
        return self._watched(scope, run)

    @cached_property
    def _watched(self) -> Code:
        return watched(self.tree)

    def __repr__(self) -> str:
        return f"<Expression {self.text!r}>"


def _run(code: Code, context: Mapping[str, Any], run: Evaluation) -> Any:
    try:
        result = code(context, run)
        return result if result.__class__ in PLAIN else to_python(result, run)
    except (RecursionError, InvalidOperation) as error:
        raise _failed(error, run.limits) from None


class UnaryTests:
    """A compiled cell of a decision table."""

    __slots__ = ("names", "test", "text", "tree")

    def __init__(self, text: str, tree: UnaryTestsOf) -> None:
        self.text = text
        self.tree = tree
        self.names: frozenset[str] = free_names(tree) - {INPUT}
        self.test: Test = compile_tests(tree)

    def matches(
        self,
        value: Any,
        context: Mapping[str, Any],
        *,
        limits: Limits | None = None,
        zone: tzinfo | None = None,
    ) -> bool | None:
        """True when the value passes the tests; None when that cannot be told. Raises
        FeelLimitExceeded.
        """
        run = _evaluation(Evaluation(), limits, zone)
        try:
            return self.test(to_feel(value), context, run)
        except (RecursionError, InvalidOperation) as error:
            raise _failed(error, run.limits) from None

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

"""Read the text of an expression into its tree, by precedence climbing.

From the loosest to the tightest: or, and, comparison (= != < <= > >= between in), + -, * /, **,
unary minus, instance of, and then paths, filters and calls. Chapter 10.3.1.2 of DMN 1.5.
"""

from collections.abc import Callable

from core.errors import N_
from feel.errors import FeelSyntaxError, NestedTooDeeply
from feel.limits import MAX_CHAIN
from feel.primaries import Primaries
from feel.syntax import (
    And,
    Arithmetic,
    Between,
    Call,
    Comparison,
    Filter,
    HalfRange,
    In,
    InstanceOf,
    Negate,
    Node,
    Or,
    Path,
    UnaryTestsOf,
)
from feel.tokens import Kind, tokenize
from feel.type_parser import read_type
from feel.vocabulary import PLAIN, Vocabulary

COMPARISONS = ("=", "!=", "<", "<=", ">", ">=")
# A number or text before one of these stands alone: most entries of long lists do.
_CONSTANTS = frozenset({Kind.NUMBER, Kind.STRING})
_ENDS = frozenset({",", ")", "]", "}", ""})
_ENDS_OF_RANGE = (")", "]", ",", "}", "=", "!=", "<", "<=", ">", ">=", "", ":", ".")


def parse_expression(text: str, vocabulary: Vocabulary = PLAIN) -> Node:
    """The tree of a whole expression. Raises FeelSyntaxError."""
    parser = Parser(tokenize(text), vocabulary)
    tree = parser.expression()
    parser.require_end()
    return tree


def parse_unary_tests(text: str, vocabulary: Vocabulary = PLAIN) -> UnaryTestsOf:
    """The tree of a decision table's cell. Raises FeelSyntaxError."""
    parser = Parser(tokenize(text), vocabulary)
    tests = parser.unary_tests()
    parser.require_end()
    return tests


class Parser(Primaries):
    """One reading of one text."""

    def expression(self) -> Node:
        """Any expression."""
        if self.token.kind in _CONSTANTS and self.peek().text in _ENDS:
            return self.primary()
        with self.nested():
            return self._disjunction()

    def require_end(self) -> None:
        """Refuse whatever follows a complete expression."""
        if self.token.kind is not Kind.END:
            raise self.unexpected(N_("an operator or the end"))

    def unary_tests(self) -> UnaryTestsOf:
        """“-”, or tests separated by commas, perhaps inside not(...)."""
        start = self.token.position
        if self.token.text == "-" and self.peek().kind is Kind.END:
            self.advance()
            return UnaryTestsOf(start, ())
        if self.token.text == "not" and self.peek().text == "(":
            negated = self._attempt(self._negated_tests)
            if negated is not None:
                return negated
        return UnaryTestsOf(start, tuple(self._tests()))

    def _negated_tests(self) -> UnaryTestsOf:
        start = self.advance().position
        self.expect("(")
        tests = tuple(self._tests())
        self.expect(")")
        self.require_end()
        return UnaryTestsOf(start, tests, negated=True)

    def _attempt(self, read: Callable[[], UnaryTestsOf]) -> UnaryTestsOf | None:
        """Read one way; when that fails, forget it so that another way can be tried."""
        start = self.index
        try:
            return read()
        except FeelSyntaxError:
            self.index = start
            return None

    def _tests(self) -> list[Node]:
        tests = [self.positive_test()]
        while self.take(","):
            tests.append(self.positive_test())
        return tests

    def positive_test(self) -> Node:
        """< 5, or an expression."""
        if self.token.text in COMPARISONS and self.token.kind is Kind.SYMBOL:
            return self._half_range()
        return self.expression()

    def _half_range(self) -> HalfRange:
        operator = self.advance()
        return HalfRange(operator.position, operator.text, self.sum())

    def _disjunction(self) -> Node:
        parts = [self._conjunction()]
        while self.take_word("or"):
            parts.append(self._conjunction())
        return parts[0] if len(parts) == 1 else Or(parts[0].position, tuple(parts))

    def _conjunction(self) -> Node:
        parts = [self._comparison()]
        while self.take_word("and"):
            parts.append(self._comparison())
        return parts[0] if len(parts) == 1 else And(parts[0].position, tuple(parts))

    def _comparison(self) -> Node:
        left = self.sum()
        while True:
            if self.token.kind is Kind.SYMBOL and self.token.text in COMPARISONS:
                operator = self.advance().text
                left = Comparison(left.position, operator, left, self.sum())
            elif self.take_word("between"):
                left = self._between(left)
            elif self.take_word("in"):
                left = In(left.position, left, self._in_tests())
            else:
                return left

    def _between(self, value: Node) -> Node:
        low = self.sum()
        if not self.take_word("and"):
            raise self.unexpected(N_("“and” and the upper end"))
        return Between(value.position, value, low, self.sum())

    def _in_tests(self) -> tuple[Node, ...]:
        """What follows `in`: one test, or several in brackets, which also may be one range."""
        if self.token.text == "(" and not self.range_ahead():
            self.advance()
            with self.nested():
                tests = tuple(self._tests())
            self.expect(")")
            return tests
        if self.token.text in COMPARISONS:
            return (self._half_range(),)
        return (self.sum(),)

    def sum(self) -> Node:
        """Sums and whatever binds tighter."""
        left = self._product()
        while self.token.kind is Kind.SYMBOL and self.token.text in ("+", "-"):
            operator = self.advance().text
            left = Arithmetic(left.position, operator, left, self._product())
        return left

    def _product(self) -> Node:
        left = self._power()
        while self.token.kind is Kind.SYMBOL and self.token.text in ("*", "/"):
            operator = self.advance().text
            left = Arithmetic(left.position, operator, left, self._power())
        return left

    def _power(self) -> Node:
        left = self._negation()
        while self.token.kind is Kind.SYMBOL and self.token.text == "**":
            self.advance()
            left = Arithmetic(left.position, "**", left, self._negation())
        return left

    def _negation(self) -> Node:
        if self.token.text != "-" or self.token.kind is not Kind.SYMBOL:
            return self._instance_of()
        start = self.advance().position
        with self.nested():
            return Negate(start, self._negation())

    def _instance_of(self) -> Node:
        value = self._postfix()
        while self.token.text == "instance" and self.peek().text == "of":
            self.advance()
            self.advance()
            value = InstanceOf(value.position, value, read_type(self))
        return value

    def _postfix(self) -> Node:
        node = self.primary()
        for _ in range(MAX_CHAIN):
            if self.token.kind is not Kind.SYMBOL:
                return node
            if self.token.text == "." and self.peek().kind is Kind.WORD:
                self.advance()
                node = Path(node.position, node, self.member_name())
            elif self.token.text == "[" and not self._closes_range():
                node = self._filter(node)
            elif self.token.text == "(":
                node = self._call(node)
            else:
                return node
        raise NestedTooDeeply(self.token.position, self.token.text, limit=MAX_CHAIN)

    def _closes_range(self) -> bool:
        """True for the last bracket of ]1..3[: what follows it cannot begin a filter."""
        return self.in_range_end and self.peek().text in _ENDS_OF_RANGE

    def _filter(self, source: Node) -> Node:
        self.advance()
        with self.nested():
            predicate = self.outside_range(self.expression)
        self.expect("]")
        return Filter(source.position, source, predicate)

    def _call(self, function: Node) -> Node:
        self.advance()
        names: list[str] = []
        arguments: list[Node] = []
        while self.token.text != ")" or self.token.kind is not Kind.SYMBOL:
            if (name := self.argument_name()) is not None:
                names.append(name)
            arguments.append(self.outside_range(self.expression))
            if not self.take(","):
                break
        if names and len(names) != len(arguments):
            raise self.unexpected(N_("a name before every argument, or before none"))
        self.expect(")")
        return Call(function.position, function, tuple(arguments), tuple(names) or None)

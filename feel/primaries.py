"""The innermost parts of an expression: literals, names, brackets, and the forms led by a keyword."""

from collections.abc import Callable, Mapping

from core.errors import N_
from feel import iso
from feel.errors import UnreadableLiteral
from feel.numbers import CONTEXT
from feel.syntax import (
    Binding,
    ContextOf,
    For,
    FunctionOf,
    HalfRange,
    If,
    ListOf,
    Literal,
    Name,
    Node,
    Quantified,
    RangeOf,
)
from feel.token_reader import TokenReader
from feel.tokens import Kind, Token
from feel.type_parser import read_type
from feel.types import ANY, Type

_FARTHEST_LOOK = 500
CONSTANTS: Mapping[str, bool | None] = {"null": None, "true": True, "false": False}
_COMPARISONS = ("=", "!=", "<", "<=", ">", ">=")


class Primaries(TokenReader):
    """Reads what stands between operators."""

    def expression(self) -> Node:
        """Any expression; the parser above knows how."""
        raise NotImplementedError

    def sum(self) -> Node:
        """A sum or anything that binds tighter."""
        raise NotImplementedError

    def primary(self) -> Node:
        """A literal, a name, something in brackets, or a form led by a keyword."""
        token = self.token
        if token.kind is Kind.NUMBER:
            self.advance()
            return Literal(token.position, CONTEXT.create_decimal(token.text))
        if token.kind is Kind.STRING:
            self.advance()
            return Literal(token.position, token.value)
        if token.kind is Kind.WORD:
            return self._word_form(token)
        reader = _SYMBOL_FORMS.get(token.text)
        if reader is None or token.kind is Kind.END:
            raise self.unexpected(N_("a value"))
        with self.nested():
            return reader(self)

    def _word_form(self, token: Token) -> Node:
        form = _WORD_FORMS.get(token.text)
        if form is not None and self._leads_form(token):
            with self.nested():
                return form(self)
        known = self.names.longest_at(self.tokens, self.index)
        if token.text in CONSTANTS and known is None:
            self.advance()
            return Literal(token.position, CONSTANTS[token.text])
        return Name(token.position, self.name())

    def _leads_form(self, token: Token) -> bool:
        return token.text != "function" or self.peek().text == "("

    def _question_mark(self) -> Node:
        return Name(self.advance().position, "?")

    def _at_literal(self) -> Node:
        start = self.advance().position
        token = self.token
        value = iso.parse_literal(token.value) if token.kind is Kind.STRING else None
        if token.kind is not Kind.STRING:
            raise self.unexpected(N_('a text in quotation marks, as in @"2026-01-31"'))
        if value is None:
            raise UnreadableLiteral(token.position, token.text)
        self.advance()
        return Literal(start, value)

    def _parenthesis(self) -> Node:
        start = self.advance().position
        if self.token.text in _COMPARISONS and self.token.kind is Kind.SYMBOL:
            operator = self.advance().text
            half = HalfRange(start, operator, self.outside_range(self.sum))
            self.expect(")")
            return half
        inner = self.outside_range(self.expression)
        if self.take(".."):
            return self._range_end(start, inner, low_included=False)
        self.expect(")")
        return inner

    def _bracket(self) -> Node:
        start = self.advance().position
        items: list[Node] = []
        while not self.take("]"):
            items.append(self.outside_range(self._list_item))
            if len(items) == 1 and self.take(".."):
                return self._range_end(start, items[0], low_included=True)
            if not self.take(","):
                self.expect("]")
                break
        return ListOf(start, tuple(items))

    def _list_item(self) -> Node:
        if self.token.text in _COMPARISONS and self.token.kind is Kind.SYMBOL:
            operator = self.advance()
            return HalfRange(operator.position, operator.text, self.sum())
        return self.expression()

    def _open_range(self) -> Node:
        start = self.advance().position
        low = self.outside_range(self.sum)
        self.expect("..")
        return self._range_end(start, low, low_included=False)

    def _range_end(self, start: int, low: Node, *, low_included: bool) -> Node:
        before, self.in_range_end = self.in_range_end, True
        high = self.sum()
        self.in_range_end = before
        if self.take("]"):
            return RangeOf(start, low, high, low_included, high_included=True)
        if self.take(")") or self.take("["):
            return RangeOf(start, low, high, low_included, high_included=False)
        raise self.unexpected(N_("“]”, “)” or “[” after the range"))

    def range_ahead(self) -> bool:
        """True when the bracket at hand opens a range such as (1..3]."""
        depth = 0
        for token in self.tokens[self.index : self.index + _FARTHEST_LOOK]:
            if token.kind is not Kind.SYMBOL:
                continue
            depth += (token.text in "([{") - (token.text in ")]}")
            if token.text == ".." and depth == 1:
                return True
            if depth <= 0 or (depth == 1 and token.text == ","):
                return False
        return False

    def _context(self) -> Node:
        start = self.advance().position
        outer = self.names
        entries: list[tuple[str, Node]] = []
        while not self.take("}"):
            key = self._key()
            self.expect(":")
            entries.append((key, self.outside_range(self.expression)))
            self.names = self.names.extended([key])
            if not self.take(","):
                self.expect("}")
                break
        self.names = outer
        return ContextOf(start, tuple(entries))

    def _key(self) -> str:
        return self.advance().value if self.token.kind is Kind.STRING else self.name_before(":")

    def _if(self) -> Node:
        start = self.advance().position
        condition = self.outside_range(self.expression)
        self.expect("then")
        accepted = self.outside_range(self.expression)
        self.expect("else")
        return If(start, condition, accepted, self.expression())

    def _for(self) -> Node:
        start = self.advance().position
        bindings, body = self._loop("return")
        return For(start, bindings, body)

    def _quantified(self) -> Node:
        word = self.advance()
        bindings, body = self._loop("satisfies")
        return Quantified(word.position, word.text == "every", bindings, body)

    def _loop(self, end: str) -> tuple[tuple[Binding, ...], Node]:
        outer = self.names
        bindings = [self._binding()]
        while self.take(","):
            bindings.append(self._binding())
        self.expect(end)
        body = self.expression()
        self.names = outer
        return tuple(bindings), body

    def _binding(self) -> Binding:
        name = self.name_before("in")
        self.expect("in")
        domain = self.outside_range(self.expression)
        last = self.outside_range(self.expression) if self.take("..") else None
        self.names = self.names.extended([name])
        return Binding(name, domain, last)

    def _function(self) -> Node:
        start = self.advance().position
        outer = self.names
        self.expect("(")
        parameters = self._parameters()
        self.names = self.names.extended(name for name, _ in parameters)
        external = self.take_word("external")
        body = self.expression()
        self.names = outer
        return FunctionOf(start, parameters, body, external)

    def _parameters(self) -> tuple[tuple[str, Type], ...]:
        parameters: list[tuple[str, Type]] = []
        while not self.take(")"):
            name = self.name_before(":", ",", ")")
            parameters.append((name, read_type(self) if self.take(":") else ANY))
            if not self.take(","):
                self.expect(")")
                break
        return tuple(parameters)


_SYMBOL_FORMS: Mapping[str, Callable[[Primaries], Node]] = {
    "?": Primaries._question_mark,
    "@": Primaries._at_literal,
    "(": Primaries._parenthesis,
    "[": Primaries._bracket,
    "]": Primaries._open_range,
    "{": Primaries._context,
}
_WORD_FORMS: Mapping[str, Callable[[Primaries], Node]] = {
    "if": Primaries._if,
    "for": Primaries._for,
    "some": Primaries._quantified,
    "every": Primaries._quantified,
    "function": Primaries._function,
}

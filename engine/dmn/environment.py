"""What the expressions of one model are compiled against: its names and its types."""

from collections.abc import Iterator

from engine.dmn.document import Element, kind_of, name_of, place_of
from engine.dmn.errors import DecisionError, FaultyExpression
from engine.dmn.item_types import TypeBook
from engine.dmn.tables import DecisionTable
from feel.compiler import Code
from feel.errors import FeelError
from feel.expression import Expression, UnaryTests, compile_expression, compile_unary_tests
from feel.folding import folded
from feel.syntax import Literal
from feel.types import Type
from feel.vocabulary import Vocabulary

_NAMED = frozenset(
    {
        "variable",
        "itemComponent",
        "inputData",
        "decision",
        "businessKnowledgeModel",
        "decisionService",
        "formalParameter",
        "parameters",
        "contextEntry",
        "output",
        "import",
        "column",
        "parameter",
    }
)


class Environment:
    """Compiles the texts of one model and collects their faults."""

    def __init__(self, root: Element, types: TypeBook, imported_names: frozenset[str]) -> None:
        self.types = types
        self.names = frozenset(_names(root)) | imported_names
        self.faults: list[DecisionError] = list(types.faults)
        self.tables: list[DecisionTable] = []
        self.texts: list[tuple[str, Expression | UnaryTests]] = []
        self.vocabulary = Vocabulary.of(self.names, types.types)

    def expression(self, text: str, element: Element) -> Code:
        """The closure of an expression; an empty one is null, and so is a faulty one."""
        try:
            compiled = compile_expression(text or "null", self.vocabulary)
        except FeelError as error:
            self.faults.append(FaultyExpression(place_of(element), text, error))
            return lambda _scope, _run: None
        self.texts.append((place_of(element), compiled))
        return compiled.code

    def compiled(self, text: str) -> Expression | None:
        """The expression; nothing when there is none or it is faulty."""
        try:
            return compile_expression(text, self.vocabulary) if text else None
        except FeelError:
            return None

    def literal(self, text: str) -> Literal | None:
        """The constant that the expression is; nothing when it must be computed."""
        expression = self.compiled(text)
        tree = None if expression is None else folded(expression.tree)
        return tree if isinstance(tree, Literal) else None

    def tests(self, text: str, element: Element) -> UnaryTests:
        """The compiled cell; a faulty one never holds."""
        try:
            compiled = compile_unary_tests(text, self.vocabulary)
        except FeelError as error:
            self.faults.append(FaultyExpression(place_of(element), text, error))
            return compile_unary_tests("(0..0)")
        self.texts.append((place_of(element), compiled))
        return compiled

    def type_named(self, reference: str | None) -> Type:
        """The type of a typeRef."""
        return self.types.named(reference)


def _names(root: Element) -> Iterator[str]:
    for element in root.iter("{*}*"):
        if kind_of(element) in _NAMED and element.get("name"):
            yield name_of(element)
        if element.get("iteratorVariable"):
            yield element.get("iteratorVariable", "")

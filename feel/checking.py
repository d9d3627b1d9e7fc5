"""Check an expression before it runs: names that are not known, kinds that do not go together.

The checker infers the type of every part, as far as the known variables and the signatures of the
builtin functions tell; what it cannot tell is Any and never a finding. A finding means that its
part is null whatever the values are.
"""

from collections.abc import Iterable, Mapping

from feel.errors import FeelFinding, NestedTooDeeply
from feel.expression import Expression, UnaryTests
from feel.inference import Inference, Knowledge
from feel.limits import MAX_NESTING
from feel.type_parser import parse_type
from feel.types import ANY, Type
from feel.unary import INPUT

KnownVariables = Mapping[str, Type | str] | Iterable[str]


def check(
    compiled: Expression | UnaryTests, known: KnownVariables, *, value: Type | str = ANY
) -> tuple[FeelFinding, ...]:
    """What is wrong with a compiled text, in the order of its parts; empty when nothing is.

    `known` are the variables with their types (“number”, “list<context<age: number>>”, “Any”), or
    their names alone; `value` is the type of what a decision table's cell tests. Raises
    FeelSyntaxError for a type that cannot be read, and for a text too deep to check.
    """
    types = known if isinstance(known, Mapping) else dict.fromkeys(known, ANY)
    given = {name: _type(kind) for name, kind in types.items()}
    inference = Inference()
    try:
        if isinstance(compiled, UnaryTests):
            inference.of_tests(compiled.tree, Knowledge({**given, INPUT: _type(value)}))
        else:
            inference.of(compiled.tree, Knowledge(given))
    except RecursionError:
        raise NestedTooDeeply(0, compiled.text[:20], limit=MAX_NESTING) from None
    return tuple(sorted(inference.findings, key=lambda finding: finding.position))


def _type(kind: Type | str) -> Type:
    return parse_type(kind) if isinstance(kind, str) else kind

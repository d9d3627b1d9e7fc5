"""Turn the tree into Python closures, once. A closure takes the scope and the running evaluation.

The scope is a mapping of names to values. Names bound inside the expression are known when
compiling and hold FEEL values; all others are free: they come from the caller's context and are
converted when read. Loops copy the scope once and then change the copy, so plain conditions never
copy anything.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from feel.builtins import BUILTINS
from feel.folding import folded
from feel.limits import Evaluation
from feel.syntax import Name, Node
from feel.values import READY, ready

Scope = Mapping[str, Any]
Code = Callable[[Scope, Evaluation], Any]


# Puts a closure around that of a node, to see its values.
Watch = Callable[[Node, Code], Code]


@dataclass(frozen=True, slots=True)
class Compiler:
    """Compiles nodes against the names bound so far; with `watch` around every closure."""

    bound: frozenset[str] = frozenset()
    watch: Watch | None = None

    def binding(self, *names: str) -> "Compiler":
        """A compiler for a part where these names are bound too."""
        return replace(self, bound=self.bound | set(names))

    def compile(self, node: Node) -> Code:
        """The closure of a node."""
        if self.watch is not None:
            return self.watch(node, _COMPILE[type(node)](self, node))
        constant = folded(node)
        return _COMPILE[type(constant)](self, constant)

    def compile_all(self, nodes: tuple[Node, ...]) -> tuple[Code, ...]:
        """The closures of several nodes."""
        return tuple(map(self.compile, nodes))

    def variable(self, node: Name) -> Code:
        """The closure that reads a variable."""
        name = node.name
        builtin = BUILTINS.get(name)
        if name in self.bound:
            return lambda scope, _run: scope.get(name, builtin)
        if builtin is not None:
            return lambda scope, run: ready(scope.get(name, builtin), run)

        def read(scope: Scope, run: Evaluation) -> Any:
            value = scope.get(name)
            return value if value.__class__ in READY else ready(value, run)

        return read


Form = Callable[[Compiler, Any], Code]
_COMPILE: dict[type[Node], Form] = {}


def compiles(kind: type[Node]) -> Callable[[Form], Form]:
    """Register the function that compiles nodes of this kind."""

    def register(form: Form) -> Form:
        _COMPILE[kind] = form
        return form

    return register

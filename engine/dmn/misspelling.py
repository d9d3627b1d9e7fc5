"""Find expressions that can never have a value: names that the model does not know, kinds that clash.

Names are looked for in the whole model, so a name that exists but is not required passes. A model
that declares no inputs reads process variables, whose names only the process knows.
"""

from dataclasses import dataclass

import feel
from engine.dmn.model import DecisionModel
from engine.dmn.requirements import InputData
from feel.errors import FeelFinding, UnknownFunction, UnknownName

# Bound by boxed filters and iterations, and by cells.
_IMPLIED = frozenset({"item", "partial", "?"})


@dataclass(frozen=True)
class NullPart:
    """A part of an expression that is null whatever the inputs; `fault` has the position."""

    place: str
    text: str
    fault: FeelFinding


def null_parts(model: DecisionModel) -> list[NullPart]:
    """Every such part, once for each place."""
    known = model.names | _IMPLIED
    closed = any(isinstance(node, InputData) for node in model.own_nodes.values())
    return [
        NullPart(place, compiled.text, fault)
        for place, compiled in model.texts
        for fault in feel.check(compiled, known)
        if closed or not isinstance(fault, UnknownName | UnknownFunction)
    ]

"""DMN 1.2 to 1.5: decision tables and requirements graphs over FEEL, with the reasons of every
answer.

model = parse_decisions(xml)
outcome = model.evaluate("fee", {"service": "pharmacy"})
outcome.value, outcome.matched, outcome.inputs
"""

from engine.dmn.bundle import parse_bundle
from engine.dmn.errors import DecisionError, UnknownDecision
from engine.dmn.model import DecisionModel, parse_decisions
from engine.dmn.tracing import Outcome, RuleHit, TableAnswer

__all__ = [
    "DecisionError",
    "DecisionModel",
    "Outcome",
    "RuleHit",
    "TableAnswer",
    "UnknownDecision",
    "parse_bundle",
    "parse_decisions",
]

"""DMN 1.2 to 1.5: decision tables and requirements graphs over FEEL, with the reasons of every
answer.

model = parse_decisions(xml)
outcome = model.evaluate("fee", {"service": "pharmacy"})
outcome.value, outcome.matched, outcome.inputs
explain(outcome)                 # the same in words
analyse(model)                   # overlaps, gaps and rules without effect
"""

from engine.dmn.analysis import analyse
from engine.dmn.bundle import models_by_decision, parse_bundle
from engine.dmn.errors import DecisionError, FaultyExpression, UnknownDecision
from engine.dmn.explaining import explain
from engine.dmn.findings import Finding, Flaw, Severity
from engine.dmn.misspelling import NullPart, null_parts
from engine.dmn.model import DecisionModel, parse_decisions
from engine.dmn.tracing import Outcome, RuleHit, TableAnswer

__all__ = [
    "DecisionError",
    "DecisionModel",
    "FaultyExpression",
    "Finding",
    "Flaw",
    "NullPart",
    "Outcome",
    "RuleHit",
    "Severity",
    "TableAnswer",
    "UnknownDecision",
    "analyse",
    "explain",
    "models_by_decision",
    "null_parts",
    "parse_bundle",
    "parse_decisions",
]

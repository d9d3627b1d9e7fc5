"""What can be wrong with a decision model or with its use.

DecisionError
├── UnreadableModel          no DMN, or XML that is refused
├── FaultyExpression         an expression of the model cannot be read; `cause` is FEEL's own error
├── UnknownReference         a requirement or a type points at nothing
├── UnsupportedElement       DMN that cannot be run
├── CircularRequirement      decisions that wait for each other
├── CircularImport           models that import each other
├── CircularType             a type that is defined by itself
├── OverlappingRules         two rules of a UNIQUE table hold at once
├── ConflictingRules         rules of an ANY table hold at once with different outputs
└── NoRuleMatched            a decision was needed and no rule held
UnknownDecision (NotFound)   no decision of this id or name
"""

from core.errors import N_, InvalidRequest, NotFound
from feel import FeelError


class DecisionError(InvalidRequest):
    """Base of all faults of decision models; `element` names the faulty element by its id.

    `file` is the file at fault when a bundle was read.
    """

    file = ""

    code = "decision"
    title = N_("The decision model has a fault")
    remedy = N_("Correct the decision model.")


class UnreadableModel(DecisionError):
    """No DMN, or XML that is refused."""

    code = "decision-unreadable-model"
    title = N_("The decision model cannot be read: %(reason)s")
    remedy = N_("Save it again as DMN 1.2 to 1.5 from the modeler, without a DOCTYPE.")


class FaultyExpression(DecisionError):
    """An expression of the model cannot be read. `cause` has the position and the remedy, and
    `expression` the whole text.
    """

    code = "decision-faulty-expression"
    title = N_("The expression “%(expression)s” in %(element)s cannot be read: %(cause)s")
    remedy = N_("Correct the expression in the modeler.")

    def __init__(self, element: str, expression: str, cause: FeelError) -> None:
        self.cause, self.expression = cause, expression
        super().__init__(element=element, expression=expression[:80], cause=cause)


class UnknownReference(DecisionError):
    """A requirement or a type points at nothing."""

    code = "decision-unknown-reference"
    title = N_("%(element)s refers to “%(reference)s”, which the model does not have")
    remedy = N_("Add what is missing, or remove the reference.")


class UnsupportedElement(DecisionError):
    """DMN that cannot be run."""

    code = "decision-unsupported-element"
    title = N_("%(element)s uses “%(kind)s”, which cannot be run")
    remedy = N_("Use a decision table or a literal expression in FEEL instead.")


class CircularRequirement(DecisionError):
    """Decisions that wait for each other."""

    code = "decision-circular-requirement"
    title = N_("The decision %(element)s requires itself")
    remedy = N_("Remove one of the requirements that form the circle.")


class CircularImport(DecisionError):
    """Models that import each other."""

    code = "decision-circular-import"
    title = N_("The model %(element)s imports itself")
    remedy = N_("Remove one of the imports that form the circle.")


class CircularType(DecisionError):
    """A type that is defined by nothing but itself."""

    code = "decision-circular-type"
    title = N_("The type %(element)s is defined by itself")
    remedy = N_("Give it a base type.")


class OverlappingRules(DecisionError):
    """Two rules of a UNIQUE table hold at once."""

    code = "decision-overlapping-rules"
    title = N_("The rules %(rules)s of the table %(element)s hold at the same time")
    remedy = N_("Make the rules exclude each other, or choose another hit policy.")


class ConflictingRules(DecisionError):
    """Rules of an ANY table hold at once with different outputs."""

    code = "decision-conflicting-rules"
    title = N_("The rules %(rules)s of the table %(element)s hold at once with different outputs")
    remedy = N_("Give these rules the same outputs, or choose another hit policy.")


class NoRuleMatched(DecisionError):
    """A decision was needed and no rule held."""

    code = "decision-no-rule-matched"
    title = N_("No rule of the decision %(element)s holds for: %(inputs)s")
    remedy = N_("Add a rule for this case, or a default output.")


class UnknownDecision(NotFound):
    """No decision of this id or name."""

    code = "decision-unknown"
    title = N_("The model has no decision “%(decision)s”")
    remedy = N_("Use one of these: %(known)s.")

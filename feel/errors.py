"""What can go wrong with an expression, each fault with its place and its remedy.

FeelError
├── FeelSyntaxError           the text is not FEEL; `position` (from 0) and `token` say where
│   ├── UnexpectedToken           something else was expected here
│   ├── ForeignOperator           an operator of another language
│   ├── UnfinishedText            a quotation mark, a comment or a bracket is never closed
│   ├── UnreadableLiteral         a date, time, duration or escape that means nothing
│   └── NestedTooDeeply           more brackets inside brackets than anybody can read
├── FeelLimitExceeded         the evaluation was stopped
│   ├── TooManySteps
│   ├── CallsTooDeep
│   ├── TextTooLong
│   ├── RangeTooLong
│   └── PatternTooCostly
├── UnsupportedValue          a variable holds something that FEEL has no word for
└── FeelFinding               why a part is null; raised never, found by `check` and `explain`
    ├── UnknownName
    ├── NullVariable
    ├── UnknownMember
    ├── NothingAtPosition
    ├── UnknownFunction
    ├── WrongArguments
    ├── OperandsMisfit
    ├── RepeatedKey
    ├── ExternalFunction
    └── NoResult
"""

from typing import Any

from core.errors import N_, InvalidRequest


class FeelError(InvalidRequest):
    """Base of all faults of an expression."""

    code = "feel"
    title = N_("The expression has a fault")
    remedy = N_("Correct the expression.")


class FeelSyntaxError(FeelError):
    """The text is not FEEL. `position` counts characters from 0; `token` is the text found there."""

    code = "feel-syntax"
    title = N_("The expression cannot be read at character %(place)s, near “%(token)s”")

    def __init__(self, position: int, token: str, **params: Any) -> None:
        self.position = position
        self.token = token
        super().__init__(place=position + 1, token=token, **params)


class UnexpectedToken(FeelSyntaxError):
    """Something else was expected here."""

    code = "feel-unexpected-token"
    remedy = N_("Write %(expected)s here.")


class ForeignOperator(FeelSyntaxError):
    """An operator of another language."""

    code = "feel-foreign-operator"
    remedy = N_("FEEL writes %(feel)s instead.")


class UnfinishedText(FeelSyntaxError):
    """A quotation mark or a comment is never closed."""

    code = "feel-unfinished-text"
    remedy = N_("Close it with %(closing)s.")


class UnreadableLiteral(FeelSyntaxError):
    """A date, time, duration or escape that means nothing."""

    code = "feel-unreadable-literal"
    remedy = N_('Write it as in @"2026-01-31", @"08:30:00", @"P10D" or @"P1Y2M".')


class NestedTooDeeply(FeelSyntaxError):
    """More brackets inside brackets than anybody can read."""

    code = "feel-nested-too-deeply"
    remedy = N_("Split the expression: at most %(limit)s levels may stand inside each other.")


class ExpressionTooLong(FeelSyntaxError):
    """The text is longer than any honest expression."""

    code = "feel-expression-too-long"
    remedy = N_("Split the expression: at most %(limit)s characters are read.")


class FeelLimitExceeded(FeelError):
    """The evaluation was stopped because it would cost too much."""

    code = "feel-limit"
    title = N_("The expression was stopped because it needs too much")


class TooManySteps(FeelLimitExceeded):
    """Loops, filters and list functions together took more steps than allowed."""

    code = "feel-too-many-steps"
    title = N_("The expression was stopped after %(limit)s steps")
    remedy = N_("Work on shorter lists or with fewer loops inside each other.")


class CallsTooDeep(FeelLimitExceeded):
    """Functions called each other too deeply."""

    code = "feel-calls-too-deep"
    title = N_("The expression was stopped: functions call each other more than %(limit)s deep")
    remedy = N_("Check that every function that calls itself comes to an end.")


class TextTooLong(FeelLimitExceeded):
    """A text grew beyond the limit."""

    code = "feel-text-too-long"
    title = N_("The expression was stopped: a text would exceed %(limit)s characters")
    remedy = N_("Build shorter texts.")


class RangeTooLong(FeelLimitExceeded):
    """A loop over a range would have too many rounds."""

    code = "feel-range-too-long"
    title = N_("The expression was stopped: a range has more than %(limit)s members")
    remedy = N_("Loop over a shorter range.")


class PatternTooCostly(FeelLimitExceeded):
    """A search pattern could take unbounded time on this text."""

    code = "feel-pattern-too-costly"
    title = N_("The expression was stopped: the pattern “%(pattern)s” can take too long")
    remedy = N_("Avoid repetitions inside repetitions, or search a shorter text.")


class UnsupportedValue(FeelError):
    """A variable holds something that FEEL has no word for."""

    code = "feel-unsupported-value"
    title = N_("A variable holds a value of the kind %(kind)s, which FEEL does not know")
    remedy = N_(
        "Pass only numbers, texts, truth values, dates, times, durations, lists and contexts."
    )


class FeelFinding(FeelError):
    """Why a part of an expression is null, or always will be.

    `position` counts characters from 0; `part` is the part as text.
    """

    code = "feel-finding"

    def __init__(self, position: int, part: str, **params: Any) -> None:
        self.position = position
        self.part = part
        super().__init__(part=part, **params)


class UnknownName(FeelFinding):
    """There is no variable of this name."""

    code = "feel-unknown-name"
    title = N_("“%(part)s” is not known")
    remedy = N_("Write a name that is known here: %(known)s.")


class NullVariable(FeelFinding):
    """A variable is null."""

    code = "feel-null-variable"
    title = N_("“%(part)s” is null")
    remedy = N_("Give it a value, or say what holds without one: get or else(%(part)s, …).")


class UnknownMember(FeelFinding):
    """A value has no member of this name."""

    code = "feel-unknown-member"
    title = N_("“%(part)s” is null: a value of the kind %(kind)s has no “%(member)s”")
    remedy = N_("Write a member that is there: %(known)s.")


class NothingAtPosition(FeelFinding):
    """A list has no member at this position."""

    code = "feel-nothing-at-position"
    title = N_("“%(part)s” is null: the list has no member at this position")
    remedy = N_("Count from 1, or from the end with -1, up to %(length)s.")


class UnknownFunction(FeelFinding):
    """Something is called that is no function."""

    code = "feel-unknown-function"
    title = N_("“%(part)s” is null: there is no function “%(function)s”")
    remedy = N_("Write a function that is known: %(known)s.")


class WrongArguments(FeelFinding):
    """A function does not take arguments of these kinds or this number."""

    code = "feel-wrong-arguments"
    title = N_("“%(part)s” is null: the function does not take (%(given)s)")
    remedy = N_("Call it as %(signatures)s.")


class OperandsMisfit(FeelFinding):
    """An operator has no result for values of these kinds."""

    code = "feel-operands-misfit"
    title = N_("“%(operator)s” does not go with %(kinds)s: “%(part)s”")
    remedy = N_("Convert the values to kinds that go together: number(…), string(…), date(…).")


class RepeatedKey(FeelFinding):
    """A context names an entry twice."""

    code = "feel-repeated-key"
    title = N_("“%(part)s” is null: the entry “%(key)s” comes twice")
    remedy = N_("Rename one of them.")


class ExternalFunction(FeelFinding):
    """A function of another language."""

    code = "feel-external-function"
    title = N_("“%(part)s” is null: functions of other languages are never run")
    remedy = N_("Write the function in FEEL.")


class NoResult(FeelFinding):
    """Everything fits in kind, and still there is no result."""

    code = "feel-no-result"
    title = N_("“%(part)s” is null: there is no result for these values")
    remedy = N_("Check the values: a date that does not exist, a division by zero, an empty list.")

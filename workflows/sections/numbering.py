"""`numbering` of `service.yaml`: when the book of the results begins anew, and books of other kinds."""

from collections.abc import Sequence
from dataclasses import dataclass

from marshmallow import fields, validate

from workflows.sections import Strict

NEVER, YEAR = "never", "year"


@dataclass(frozen=True)
class NumberedKind:
    """Results with a book of their own, where the FEEL text `when` holds over the answers.

    `setting` names the one that says how their numbers are written.
    """

    when: str
    book: str
    setting: str


@dataclass(frozen=True)
class Numbering:
    """`resets`: `never`, or with every `year` of the place, whose numbers then name it.

    `kinds` are tried in their order; where none holds, `book` and the setting `number_pattern` count.
    """

    resets: str = NEVER
    kinds: Sequence[NumberedKind] = ()

    @property
    def yearly(self) -> bool:
        """Whether each year has a book of its own."""
        return self.resets == YEAR


class _NumberedKindSchema(Strict):
    makes = NumberedKind
    when = fields.String(required=True)
    book = fields.String(required=True)
    setting = fields.String(required=True)


class NumberingSchema(Strict):
    """How it is read."""

    makes = Numbering
    resets = fields.String(load_default=NEVER, validate=validate.OneOf([NEVER, YEAR]))
    kinds = fields.List(fields.Nested(_NumberedKindSchema), load_default=list)

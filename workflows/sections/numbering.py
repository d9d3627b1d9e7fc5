"""`numbering` of `service.yaml`: when the book of the service's results begins anew."""

from dataclasses import dataclass

from marshmallow import fields, validate

from workflows.sections import Strict

NEVER, YEAR = "never", "year"


@dataclass(frozen=True)
class Numbering:
    """`resets`: `never`, or with every `year` of the place, whose numbers then name it."""

    resets: str = NEVER

    @property
    def yearly(self) -> bool:
        """Whether each year has a book of its own."""
        return self.resets == YEAR


class NumberingSchema(Strict):
    """How it is read."""

    makes = Numbering
    resets = fields.String(load_default=NEVER, validate=validate.OneOf([NEVER, YEAR]))

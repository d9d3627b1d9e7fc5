"""`enquiries` of `service.yaml`: what other systems are asked about people, and by which right."""

from dataclasses import dataclass

from marshmallow import fields, validate

from workflows.sections import Strict, Texts, texts


@dataclass(frozen=True)
class EnquiryRule:
    """What an enquiry is for, in words that its person reads, and the law that allows it."""

    purpose: Texts
    legal_basis: str


class EnquirySchema(Strict):
    """How one is read."""

    makes = EnquiryRule
    purpose = texts()
    legal_basis = fields.String(required=True, validate=validate.Length(min=1))

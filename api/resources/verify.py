"""Verification: who signed a file, when, whether it holds today, and what the register says of it."""

from typing import Any, Final

from marshmallow import fields

from accounts.policy import Action
from api.authentication import requires
from api.limits import FILE_CHECK, caller, limiter
from api.parsing import UploadedFile
from api.resource import Resource
from api.schemas import Shape
from dossiers.verdicts import told
from dossiers.verifying import Answer, check
from signing import Change, Level

resource = Resource("verification", "Whether a signed file is genuine.")
_CODES: Final = "Codes are stable; sentences are in the caller's language."


class FileToVerifySchema(Shape):
    """A PDF, or a sealed package as XML."""

    file = UploadedFile(required=True)


class FindingSchema(Shape):
    """One thing worth saying about a signature."""

    code = fields.String(required=True, metadata={"description": _CODES})
    sentence = fields.String(required=True)


class SignatureSchema(Shape):
    """One signature. `signed_at` is only claimed where `time_proven_by` is null.

    `valid_now` is null where it is not known whether the certificate was revoked. `changes` is what was
    done to the file afterwards: nothing, further signatures, or something else.
    """

    signer = fields.String(required=True)
    use = fields.String(required=True, metadata={"enum": ["seal", "sign"]})
    agency = fields.String(required=True, allow_none=True)
    issuer = fields.String(required=True)
    serial = fields.String(required=True)
    certificate_from = fields.String(required=True, allow_none=True)
    certificate_until = fields.String(required=True, allow_none=True)
    signed_at = fields.String(required=True, allow_none=True)
    time_proven_by = fields.String(required=True, allow_none=True)
    level = fields.String(required=True, metadata={"enum": [str(each) for each in Level]})
    valid_then = fields.Boolean(required=True)
    valid_now = fields.Boolean(required=True, allow_none=True)
    revoked_at = fields.String(required=True, allow_none=True)
    changes = fields.String(required=True, metadata={"enum": [each.code for each in Change]})
    reasons = fields.List(fields.Nested(FindingSchema), required=True)
    notes = fields.List(fields.Nested(FindingSchema), required=True)


class RegisteredSchema(Shape):
    """The entry of the register that the file tells of, as it stands today."""

    number = fields.String(required=True)
    state = fields.String(required=True)
    issued_on = fields.String(required=True)
    valid_until = fields.String(required=True, allow_none=True)


class DifferenceSchema(Shape):
    """A fact that file and register tell differently."""

    name = fields.String(required=True)
    in_file = fields.String(required=True)
    in_register = fields.String(required=True)


class FileVerdictSchema(Shape):
    """The report on a file.

    `answer`: `in-force` (signed well, the register says the same), `signed` (signed well, no result of
    this site), `ended` (no longer in force), `differs` (the register says something else) or `refused`.
    """

    answer = fields.String(required=True, metadata={"enum": [str(each) for each in Answer]})
    sentence = fields.String(required=True)
    kind = fields.String(required=True, metadata={"enum": ["pdf", "xml"]})
    sha256 = fields.String(required=True)
    valid = fields.Boolean(required=True)
    valid_now = fields.Boolean(required=True, allow_none=True)
    signatures = fields.List(fields.Nested(SignatureSchema), required=True)
    reasons = fields.List(fields.Nested(FindingSchema), required=True)
    notes = fields.List(fields.Nested(FindingSchema), required=True)
    archived_until = fields.String(required=True, allow_none=True)
    facts = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    register = fields.Nested(RegisteredSchema, required=True, allow_none=True)
    differences = fields.List(fields.Nested(DifferenceSchema), required=True)


@resource.route("/verify", methods=["POST"])
@requires(Action.REGISTER_VIEW_PUBLIC)
@limiter.limit(FILE_CHECK, key_func=caller)
@resource.arguments(FileToVerifySchema, location="files")
@resource.response(200, FileVerdictSchema)
def verify_file(sent: dict[str, Any]) -> dict[str, Any]:
    """Verify a signed PDF or XML. Nothing of it is kept."""
    return told(check(sent["file"].stream.read()))

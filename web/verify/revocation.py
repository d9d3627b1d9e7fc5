"""What the development authority tells everybody of the certificates that it revoked: CRL and OCSP.

Programs ask here, without a session; the addresses stand in the certificates.
"""

from http import HTTPStatus
from typing import Final

from flask import Blueprint, Response, abort, request

from signing import signing_desk
from web import limits
from web.limits import limiter

LONGEST_REQUEST: Final = 4096

blueprint = Blueprint("revocation", __name__)


@blueprint.get("/revocation/<string:kid>.crl")
@limiter.limit(limits.REVOCATION)
def revoked_list(kid: str) -> Response:
    """The list of an issuer (RFC 5280), DER."""
    found = signing_desk().publisher.revoked_list(kid)
    if found is None:
        abort(HTTPStatus.NOT_FOUND)
    response = Response(found, mimetype="application/pkix-crl")
    response.headers["Cache-Control"] = "public, max-age=3600"
    return response


@blueprint.post("/revocation/ocsp")
@limiter.limit(limits.REVOCATION)
def answer() -> Response:
    """The answer about one certificate (RFC 6960), DER."""
    asked = request.stream.read(LONGEST_REQUEST)
    found = signing_desk().publisher.answer(asked)
    return Response(found, mimetype="application/ocsp-response")

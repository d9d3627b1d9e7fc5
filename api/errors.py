"""What can be wrong with a request before any room has looked at it.

MotcuaError
├── InvalidRequest
│   ├── BodyUnreadable           not JSON, or not what it says it is             (400)
│   ├── CursorInvalid            a cursor that was not ours                      (400)
│   ├── IdempotencyKeyMissing    a create without its key                        (400)
│   ├── IdempotencyKeyReused     the same key with another request               (422)
│   ├── BodyTooLarge                                                             (413)
│   ├── MediaTypeUnsupported                                                     (415)
│   ├── VersionMissing           a change without If-Match                       (428)
│   ├── MethodUnknown            the resource exists, the method does not        (405)
│   └── NotAcceptable            none of the offered forms is accepted           (406)
├── NotAllowed
│   └── ForInsiders              only for those who run the installation         (403)
├── NotFound
│   └── RouteUnknown             no resource has this address                    (404)
├── Unavailable
│   └── TooManyRequests                                                          (429)
└── InternalFault                our fault                                       (500)
"""

from core.errors import N_, InvalidRequest, MotcuaError, NotAllowed, NotFound, Unavailable


class BodyUnreadable(InvalidRequest):
    """The body, an address or a parameter cannot be read at all."""

    code = "body-unreadable"
    status = 400
    title = N_("The request cannot be read")
    remedy = N_("Send well-formed JSON in UTF-8, without control characters.")


class CursorInvalid(InvalidRequest):
    """The cursor does not come from a page of this list."""

    code = "cursor-invalid"
    status = 400
    title = N_("The cursor is not valid")
    remedy = N_("Follow the “next” link of the page before, or begin without a cursor.")


class IdempotencyKeyMissing(InvalidRequest):
    """A create needs a key, so that sending it twice makes one thing."""

    code = "idempotency-key-missing"
    status = 400
    title = N_("The header Idempotency-Key is missing")
    remedy = N_(
        "Send a fresh random value of at most 200 characters; repeat it only when retrying."
    )


class IdempotencyKeyReused(InvalidRequest):
    """The key was used before, for a request with other content."""

    code = "idempotency-key-reused"
    title = N_("This Idempotency-Key was used for another request")
    remedy = N_("Use a fresh key for every new request.")


class BodyTooLarge(InvalidRequest):
    """More bytes than this resource takes."""

    code = "body-too-large"
    status = 413
    title = N_("What was sent is too large")
    remedy = N_("Send less, or a smaller file.")


class MediaTypeUnsupported(InvalidRequest):
    """The Content-Type is none that this resource reads."""

    code = "media-type-unsupported"
    status = 415
    title = N_("This resource does not read that kind of content")
    remedy = N_("Set Content-Type to the one that /api/openapi.json names for this resource.")


class VersionMissing(InvalidRequest):
    """A change must say which version it was made from (RFC 6585 section 3)."""

    code = "version-missing"
    status = 428
    title = N_("The header If-Match is missing")
    remedy = N_("Fetch the resource and send the ETag that came with it as If-Match.")


class ForInsiders(NotAllowed):
    """How the installation itself is doing is nobody else's business."""

    code = "for-insiders"
    title = N_("Only those who run this installation may see this")
    remedy = N_("Ask from the machine itself, or with the token of MOTCUA_METRICS_TOKEN.")


class RouteUnknown(NotFound):
    """No resource has this address."""

    code = "route-unknown"
    title = N_("There is nothing at this address")
    remedy = N_("See /api/openapi.json for all addresses.")


class MethodUnknown(InvalidRequest):
    """The resource exists, but does not know the method."""

    code = "method-unknown"
    status = 405
    title = N_("This address does not know that method")
    remedy = N_("The header Allow names the methods that it knows.")


class NotAcceptable(InvalidRequest):
    """The caller accepts none of the forms in which this can be given."""

    code = "not-acceptable"
    status = 406
    title = N_("This cannot be given in a form that you accept")
    remedy = N_("Accept application/json.")


class TooManyRequests(Unavailable):
    """More requests than one caller may send."""

    code = "too-many-requests"
    status = 429
    title = N_("Too many requests")
    remedy = N_("Wait as long as the header Retry-After says, then try again.")


class InternalFault(MotcuaError):
    """Something of ours is broken."""

    code = "internal-fault"
    title = N_("Something went wrong on our side")
    remedy = N_("Nothing was changed. If it happens again, give the help desk the “instance”.")

"""Strong ETags, and changes that must say which version they were made from.

An ETag reads `"<version>.<representation>"`: the version of the row, and what else the answer
depends on, such as its language. A change is judged by the version alone: who read it in Vietnamese
may change it with an English client.
"""

import re

from flask import Response, request

from api.errors import VersionMissing
from api.language import language
from core.errors import PreconditionFailed

_VERSION = re.compile(r"[0-9]{1,9}")


def etag(version: int) -> str:
    """The ETag of a version of a resource, shown in the caller's language."""
    return f"{version}.{language()}"


def with_etag(version: int) -> dict[str, str]:
    """The headers that go with an answer of this version."""
    return {"ETag": f'"{etag(version)}"', "Vary": "Accept-Language"}


def matched_version() -> int:
    """The version named by If-Match; raises VersionMissing, PreconditionFailed for any other text.

    Give it to the operation: it compares under the row's lock.
    """
    named = request.headers.get("If-Match")
    if named is None:
        raise VersionMissing
    version = named.strip().removeprefix('"').partition(".")[0]
    if not _VERSION.fullmatch(version):
        raise PreconditionFailed
    return int(version)


def named_version() -> int | None:
    """The version named by If-Match where it may be left out; None when it is."""
    return matched_version() if "If-Match" in request.headers else None


def unless_known(response: Response) -> Response:
    """304 without a body when the caller has this representation already (If-None-Match)."""
    if request.method in {"GET", "HEAD"} and response.is_json:
        response.make_conditional(request)
    return response

"""Reading the setting `documents_url`: s3://KEY:SECRET@HOST:PORT/BUCKET[?secure=0]."""

from dataclasses import dataclass, field
from urllib.parse import parse_qs, unquote, urlsplit

from storage.errors import InvalidDocumentsUrl


@dataclass(frozen=True)
class S3Address:
    """Where an S3-compatible store listens, and the bucket of ours in it."""

    endpoint: str
    bucket: str
    access_key: str
    secret_key: str = field(repr=False)
    secure: bool = True


def parse_s3_url(url: str, *, variable: str = "MOTCUA_DOCUMENTS_URL") -> S3Address:
    """Reserved characters in key and secret are percent-encoded.

    Raises InvalidDocumentsUrl, which names the setting.
    """
    try:
        parts = urlsplit(url)
        port = f":{parts.port}" if parts.port else ""
    except ValueError as error:
        raise InvalidDocumentsUrl(variable=variable) from error
    bucket = parts.path.strip("/")
    complete = parts.hostname and parts.username and parts.password and bucket
    if parts.scheme != "s3" or not complete or "/" in bucket:
        raise InvalidDocumentsUrl(variable=variable)
    return S3Address(
        endpoint=f"{parts.hostname}{port}",
        bucket=bucket,
        access_key=unquote(parts.username or ""),
        secret_key=unquote(parts.password or ""),
        secure=parse_qs(parts.query).get("secure", ["1"]) != ["0"],
    )

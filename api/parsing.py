"""Reading requests strictly: one error form, no unknown parameter, no text a database refuses."""

from collections.abc import Iterator, Mapping
from typing import Any, NoReturn

import marshmallow
import orjson
from flask import Request, request
from flask_smorest.fields import Upload
from webargs import missing
from webargs.flaskparser import FlaskParser
from werkzeug.datastructures import CombinedMultiDict, FileStorage

from api.errors import BodyTooLarge, BodyUnreadable, MediaTypeUnsupported
from api.sentences import in_callers_language
from core.errors import N_, InvalidRequest

JSON_BYTES = 1024 * 1024
MULTIPART = "multipart/form-data"
PIECE = "application/offset+octet-stream"
_ESCAPED_NUL = b"\\u0000"

_STRICT_LOCATIONS = {
    **FlaskParser.DEFAULT_UNKNOWN_BY_LOCATION,
    **dict.fromkeys(("query", "form", "files"), marshmallow.RAISE),
}

Path = tuple[str | int, ...]


class UploadedFile(Upload):  # type: ignore[misc]  # flask-smorest has no types
    """A part of a multipart body that is a file with a name."""

    def _deserialize(self, value: Any, *_where: Any, **_options: Any) -> FileStorage:
        if not isinstance(value, FileStorage) or not value.filename:
            raise marshmallow.ValidationError(N_("Not a file with a name."))
        return value


class StrictParser(FlaskParser):
    """Errors become InvalidRequest with the path of every field."""

    DEFAULT_UNKNOWN_BY_LOCATION = _STRICT_LOCATIONS

    def load_json(self, req: Request, _schema: marshmallow.Schema) -> Any:
        """The body of a JSON request; raises MediaTypeUnsupported, BodyUnreadable."""
        text = req.get_data(cache=True)
        if not text:
            return missing
        if not req.is_json:
            raise MediaTypeUnsupported
        if _ESCAPED_NUL in text:
            raise BodyUnreadable
        try:
            return orjson.loads(text)
        except orjson.JSONDecodeError as error:
            raise BodyUnreadable from error

    def load_files(self, req: Request, schema: marshmallow.Schema) -> Any:
        """The parts of a multipart body, files and texts alike; raises MediaTypeUnsupported."""
        if req.mimetype != MULTIPART:
            raise MediaTypeUnsupported
        return self._makeproxy(CombinedMultiDict([req.form, req.files]), schema)

    def handle_error(self, error: marshmallow.ValidationError, *_: Any, **__: Any) -> NoReturn:
        """Name every field that is wrong."""
        fields: dict[Path, list[str]] = {}
        for path, message in _flattened(error.messages):
            fields.setdefault(path[1:], []).append(in_callers_language(message))
        raise InvalidRequest(fields) from error


def check_request() -> None:
    """Refuse what no resource reads: control characters in the address, an enormous body."""
    if "\x00" in request.path or any("\x00" in value for value in request.args.values()):
        raise BodyUnreadable
    if request.mimetype not in {MULTIPART, PIECE}:
        request.max_content_length = JSON_BYTES
        if (request.content_length or 0) > JSON_BYTES:
            raise BodyTooLarge


def _flattened(messages: Any, path: Path = ()) -> Iterator[tuple[Path, str]]:
    if isinstance(messages, Mapping):
        for step, inner in messages.items():
            yield from _flattened(inner, path if step == "_schema" else (*path, step))
    else:
        for message in messages if isinstance(messages, list) else [messages]:
            yield path, str(message)

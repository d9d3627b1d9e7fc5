"""Letters are tried before a service is deployed: with nothing known, as an example, and overfull."""

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import letters
from core.errors import MotcuaError
from letters import qr
from letters.errors import TemplateBroken
from workflows.errors import PackBroken
from workflows.letters.context import CONTEXT
from workflows.letters.names import unknown_names
from workflows.pack import ServicePack

SAMPLE_PHOTO: Final = (Path(__file__).parent / "photo.jpg").read_bytes()
_SEE: Final = "Every name stands in docs/letters.md."


def contexts() -> Mapping[str, Mapping[str, Any]]:
    """The contexts of the trials: nothing known, the documented example, longer than ever."""
    return {"least": CONTEXT.least(), "example": CONTEXT.example, "most": CONTEXT.most(1)}


def files_of(pack: ServicePack, data: Mapping[str, Any]) -> dict[str, bytes]:
    """The files beside a letter in a trial: those of the pack, a QR code, a photo."""
    made = {"qr.svg": qr.svg(data["result"]["check_url"]), "photo.jpg": SAMPLE_PHOTO}
    return {**pack.letter_files, **made}


def check_letters(pack: ServicePack) -> None:
    """Raise PackBroken for the first letter that reads an unknown name or does not typeset."""
    for name in pack.letters:
        path = pack.letter_path(name)
        template = pack.letter(name)
        for unknown in unknown_names(template):
            fault = (
                f"Line {unknown.line}: there is no “{unknown.name}”. "
                f"There is: {', '.join(unknown.known)}. {_SEE}"
            )
            raise PackBroken(file=path, fault=fault)
        fault = _fault(template, tuple(sorted(pack.letter_files.items())))
        if fault:
            raise PackBroken(file=path, fault=fault)


@lru_cache(maxsize=512)
def _fault(template: str, files: tuple[tuple[str, bytes], ...]) -> str:
    """What the typesetter says of a letter, empty when it is well; the same files are tried once."""
    for trial, data in contexts().items():
        made = {"qr.svg": qr.svg(data["result"]["check_url"]), "photo.jpg": SAMPLE_PHOTO}
        try:
            letters.try_out(template, data=data, files={**dict(files), **made})
        except TemplateBroken as error:
            return _worded(trial, error)
        except MotcuaError as error:
            return f"It could not be typeset with the context “{trial}”: {error}"
    return ""


def _worded(trial: str, error: TemplateBroken) -> str:
    place = f"Line {error.params['line']}"
    if error.params["file"] != "template":
        place = f"{error.params['file']}, line {error.params['line']}"
    message = str(error.params["message"]).rstrip(".")
    return f"{place}, with the context “{trial}”: {message}. {_SEE}"

"""Letters are tried before a service is deployed: with nothing known, as an example, and overfull."""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache, partial
from pathlib import Path
from typing import Any, Final

import letters
from core.errors import MotcuaError
from core.i18n import LANGUAGES
from letters import qr
from letters.errors import TemplateBroken
from workflows.errors import PackBroken
from workflows.letters.context import CONTEXT
from workflows.letters.names import unknown_names
from workflows.pack import ServicePack
from workflows.profiles import profile_at_hand

SAMPLE_PHOTO: Final = (Path(__file__).parent / "photo.jpg").read_bytes()
_SEE: Final = "Every name stands in docs/letters.md."
_AT_ONCE: Final = 2


def contexts(languages: Sequence[str] = LANGUAGES) -> Mapping[str, Mapping[str, Any]]:
    """The contexts of the trials: nothing known, the documented example, longer than ever.

    The first two are for who reads the official language, the last for who reads the last of them.
    """
    official, other = {"language": languages[0]}, {"language": languages[-1]}
    return {
        "least": CONTEXT.least() | official,
        "example": CONTEXT.example | official,
        "most": CONTEXT.most(1) | other,
    }


def files_of(pack: ServicePack, data: Mapping[str, Any]) -> dict[str, bytes]:
    """The files beside a letter in a trial: those of the pack, a QR code, a photo."""
    made = {"qr.svg": qr.svg(data["result"]["check_url"]), "photo.jpg": SAMPLE_PHOTO}
    return {**pack.letter_files, **made}


def check_letters(pack: ServicePack) -> None:
    """Raise PackBroken for the first letter that reads an unknown name or does not typeset."""
    for name in pack.letters:
        for unknown in unknown_names(pack.letter(name)):
            fault = (
                f"Line {unknown.line}: there is no “{unknown.name}”. "
                f"There is: {', '.join(unknown.known)}. {_SEE}"
            )
            raise PackBroken(file=pack.letter_path(name), fault=fault)
    profile = profile_at_hand()
    languages = profile.languages if profile is not None else LANGUAGES
    with ThreadPoolExecutor(_AT_ONCE) as typesetters:
        faults = list(typesetters.map(partial(_fault_in, pack, languages), pack.letters))
    for name, fault in zip(pack.letters, faults, strict=True):
        if fault:
            raise PackBroken(file=pack.letter_path(name), fault=fault)


def _fault_in(pack: ServicePack, languages: tuple[str, ...], name: str) -> str:
    """A letter that does well with what it names does so in every service, and is tried once."""
    template, files = pack.letter(name), pack.letter_files
    named = _named_in(template, files)
    every = tuple(sorted(files.items()))
    return _fault(template, named, languages) and _fault(template, every, languages)


def _named_in(template: str, files: Mapping[str, bytes]) -> tuple[tuple[str, bytes], ...]:
    """The files that a template names, and those that they name."""
    texts, found = [template], dict[str, bytes]()
    while texts:
        text = texts.pop()
        for name, content in files.items():
            if name not in found and name in text:
                found[name] = content
                texts.append(content.decode(errors="replace"))
    return tuple(sorted(found.items()))


@lru_cache(maxsize=512)
def _fault(template: str, files: tuple[tuple[str, bytes], ...], languages: tuple[str, ...]) -> str:
    """What the typesetter says of a letter, empty when it is well; the same files are tried once."""
    for trial, data in contexts(languages).items():
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

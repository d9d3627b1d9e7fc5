"""Whether letters can print the texts of a service in the languages of a profile.

The typesetter refuses a text for which no typeface has the letters, and would do so when a citizen
waits for his paper. So it is asked at deployment, with the texts of the service that letters print.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Final

import letters
from forms import all_components
from letters.errors import TemplateBroken
from workflows.errors import PackBroken
from workflows.pack import ServicePack

_TRIAL: Final = """#let texts = json(bytes(sys.inputs.data)).texts
#set document(title: "Trial")
#set text(font: "Tinos", lang: "en")
#for each in texts [#each #parbreak()]
"""
_MISSING: Final = re.compile(r'the text `"(?P<letter>.)')


def check_typefaces(pack: ServicePack, languages: Sequence[str]) -> None:
    """Raise PackBroken, naming the script, for a text that no letter could print."""
    missing = _missing(tuple(dict.fromkeys(_printed(pack, languages))))
    if missing:
        fault = (
            f"They print texts of this service in the script {script_of(missing)} (“{missing}”), for "
            "which the house has no typeface. Put one with a free licence, as TrueType, into "
            "`letters/fonts` of the house and deploy again, or write these texts in another script."
        )
        raise PackBroken(file="letters", fault=fault)


def script_of(letter: str) -> str:
    """The name of the script of a letter, as Unicode names it: “Arabic”."""
    return unicodedata.name(letter, "unknown").split()[0].capitalize()


@lru_cache(maxsize=64)
def _missing(texts: tuple[str, ...]) -> str:
    """The first letter that the typesetter cannot show; empty when it shows all."""
    try:
        letters.try_out(_TRIAL, data={"texts": list(texts)}, files={})
    except TemplateBroken as error:
        found = _MISSING.search(str(error.params["message"]))
        return found["letter"] if found else ""
    return ""


def _printed(pack: ServicePack, languages: Sequence[str]) -> Iterator[str]:
    """The texts of a service that its letters read, by the names that they use."""
    manifest = pack.manifest
    sources = "\n".join(_sources(pack))
    named: list[Mapping[str, str]] = []
    if "data.service" in sources:
        named.append(manifest.name)
    if "data.documents" in sources:
        named += [each.name for each in manifest.documents.values()]
    if "data.facts" in sources:
        named += manifest.fact_names.values()
    if "data.fee" in sources and manifest.fees is not None:
        named += [kind.name for kind in manifest.fees.kinds.values()]
    if "data.answers" in sources:
        named += _of_form(pack)
    for texts in named:
        yield from (texts[language] for language in languages if language in texts)


def _sources(pack: ServicePack) -> Iterator[str]:
    """Letters and their parts, those that no letter names left out."""
    letters_of_pack = [pack.letter(name) for name in pack.letters]
    yield from letters_of_pack
    for name, content in pack.letter_files.items():
        if name.endswith(".typ") and any(name in text for text in letters_of_pack):
            yield content.decode(errors="replace")


def _of_form(pack: ServicePack) -> Iterator[Mapping[str, str]]:
    form = pack.form(pack.manifest.application_form)
    for component in all_components(form):
        yield component.texts.get("label", {})
        yield from (option.labels for option in component.options)

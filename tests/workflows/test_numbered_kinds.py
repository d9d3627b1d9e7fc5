"""Results of several kinds in one service have a book each; the gate refuses what could not number."""

from pathlib import Path
from typing import Any

import pytest
import yaml

import workflows
from workflows.errors import PackBroken
from workflows.number_rules import book_for, books_of, check_numbering
from workflows.pack import ServicePack, read_pack

PACK = read_pack(Path(workflows.__file__).parent / "catalogue" / "device-declaration-b")
KIND = {"when": '=device_class = "A"', "book": "pcba", "setting": "number_pattern_a"}


def numbering(*kinds: dict[str, Any], resets: str = "never") -> ServicePack:
    manifest = yaml.safe_load(PACK.file("service.yaml"))
    manifest["numbering"] = {"resets": resets, "kinds": list(kinds)}
    text = yaml.safe_dump(manifest, allow_unicode=True)
    return ServicePack({**PACK.files, "service.yaml": text.encode()})


@pytest.mark.parametrize(
    ("answers", "book"),
    [({"device_class": "A"}, "pcba"), ({"device_class": "B"}, "pcbb"), ({}, "pcbb")],
    ids=["A", "B", "unsaid"],
)
def test_the_first_kind_that_holds_says_the_book(answers: dict[str, str], book: str) -> None:
    assert book_for(PACK, answers) == (book, books_of(PACK.manifest)[book])


@pytest.mark.parametrize(
    ("pack", "told"),
    [
        (numbering({**KIND, "setting": "nowhere"}), "nowhere"),
        (numbering({**KIND, "book": "pcbb"}), "share a book"),
        (numbering(KIND, resets="year"), "{year}"),
        (numbering({**KIND, "when": "=no_such_answer"}), "no_such_answer"),
        (numbering({**KIND, "when": "=1 +"}), "FEEL"),
    ],
    ids=["setting", "book", "pattern", "answer", "feel"],
)
def test_a_kind_that_could_get_no_number_of_its_own_is_refused(
    pack: ServicePack, told: str
) -> None:
    with pytest.raises(PackBroken) as caught:
        check_numbering(pack)
    assert told in caught.value.params["fault"]

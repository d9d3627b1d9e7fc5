"""What letters could not print is refused at deployment, with its script and what to do."""

import pytest
import yaml

from tests.workflows.test_broken_packs import PACK
from workflows.errors import PackBroken
from workflows.letters.checking import contexts
from workflows.letters.typefaces import check_typefaces, script_of
from workflows.pack import ServicePack

WHOLE = PACK.with_letters_of("vn")


def named(text: str) -> ServicePack:
    """The sample service with a name in a third language."""
    manifest = yaml.safe_load(PACK.file("service.yaml"))
    manifest["name"]["xx"] = text
    changed = yaml.safe_dump(manifest, allow_unicode=True).encode()
    return ServicePack({**WHOLE.files, "service.yaml": changed})


@pytest.mark.parametrize(
    ("text", "script"),
    [("نص عربي", "Arabic"), ("ใบอนุญาต", "Thai"), ("መሣሪያ", "Ethiopic")],
    ids=["arabic", "thai", "ethiopic"],
)
def test_a_script_without_a_typeface_is_refused_by_its_name(text: str, script: str):
    with pytest.raises(PackBroken, match=f"script {script}.*letters/fonts"):
        check_typefaces(named(text), ("vi", "xx"))


def test_texts_in_languages_that_the_profile_does_not_offer_are_printed_by_nobody():
    check_typefaces(named("نص عربي"), ("vi", "en"))


@pytest.mark.parametrize(
    "text",
    ["Thiết bị y tế", "Ιατρική συσκευή", "Медицинское изделие"],
    ids=["vietnamese", "greek", "cyrillic"],
)
def test_scripts_that_the_house_has_are_printed(text: str):
    check_typefaces(named(text), ("vi", "xx"))


def test_a_letter_is_tried_in_the_languages_of_the_profile():
    tried = [each["language"] for each in contexts(("ar", "fr")).values()]
    assert tried == ["ar", "ar", "fr"]


def test_what_has_no_name_in_unicode_has_no_known_script():
    assert script_of("\uf8ff") == "Unknown"

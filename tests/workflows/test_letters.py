"""Letters are tried before a service is deployed, and count for the version with which it is."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from flask import Flask

import workflows
from commands.letter_reference import BEGINNING, PAGE, reference
from core.config import Settings
from core.database import Model, db, transaction
from letters import try_out
from workflows import profiles
from workflows.errors import PackBroken
from workflows.letters.checking import check_letters, contexts, files_of
from workflows.letters.context import CONTEXT
from workflows.letters.names import unknown_names
from workflows.operations import deploy_pack
from workflows.pack import ServicePack, read_pack
from workflows.queries import service, service_version
from wsgi import create_app

PACK = read_pack(Path(workflows.__file__).parent / "catalogue" / "device-declaration-b")
HEAD = '#let data = json(bytes(sys.inputs.data))\n#set document(title: "x")\n#set text(font: "Tinos")\n'
# What the letters of versions 0.1 to 0.4 read; their dossiers may still be waiting for a letter.
OLD_NAMES = """
data.agency.name data.dossier.code data.dossier.received data.dossier.due data.dossier.track_url
data.owner.name data.owner.number data.owner.address data.service.name data.service.procedure_code
data.result.number data.result.issued_on data.result.check_url data.documents.len data.facts.len
data.language data.agency.code data.dossier.reference
"""


def with_letter(body: str, **parts: str) -> ServicePack:
    files = {f"letters/{name}.typ": text.encode() for name, text in parts.items()}
    return ServicePack({**PACK.files, "letters/made.typ": (HEAD + body).encode(), **files})


def refused(pack: ServicePack) -> str:
    with pytest.raises(PackBroken) as error:
        check_letters(pack)
    assert error.value.params["file"] == "letters/made.typ"
    return str(error.value.params["fault"])


@pytest.mark.parametrize("trial", ["least", "example", "most"])
def test_the_contexts_of_the_trials_are_as_the_description_says(trial: str):
    assert list(CONTEXT.faults(contexts()[trial])) == []


def test_a_context_that_is_not_as_described_is_told_from_one_that_is():
    wrong = {**CONTEXT.example, "owner": {"name": 7, "fax": ""}, "documents": [{"count": True}]}
    faults = "\n".join(CONTEXT.faults(wrong))
    assert "data.owner.fax: unknown" in faults
    assert "data.owner.number: missing" in faults
    assert "data.owner.name: 7 is no text" in faults
    assert "data.documents[0].count: True is no whole number" in faults


@pytest.mark.parametrize("name", PACK.letters)
def test_every_letter_typesets_with_nothing_known_as_an_example_and_overfull(name: str):
    for data in contexts().values():
        assert try_out(PACK.letter(name), data=data, files=files_of(PACK, data))[:5] == b"%PDF-"


def test_a_service_has_the_forms_of_its_profile_and_no_parts_of_letters_among_them():
    forms = {"receipt", "supplement_request", "not_accepted", "extension", "stopped"}
    assert forms | {"control_sheet", "dossier_register", "licence"} <= set(PACK.letters)
    assert not [name for name in PACK.letters if name.startswith("_")]


def test_an_unknown_name_is_refused_with_its_line_and_the_names_there_are():
    fault = refused(with_letter("#data.owner.fax"))
    assert "Line 4" in fault
    assert "“data.owner.fax”" in fault
    assert "number, name, address" in fault


def test_an_unknown_name_is_found_where_no_trial_comes_by():
    assert "data.agency.logo" in refused(with_letter("#if 1 == 2 [#data.agency.logo]"))


def test_an_unknown_name_of_a_row_is_found_by_the_full_lists():
    fault = refused(with_letter("x #for each in data.documents [#each.colour]"))
    assert "Line 4" in fault
    assert "colour" in fault


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ('#image("stamp.svg", alt: "x")', "stamp.svg"),
        ('#import "_lost.typ": *\nx', "_lost.typ"),
        ("#let a = ", "expected expression"),
        ("#data.documents.first().name", "array is empty"),
        ("#int(data.request.round)", "context “least”"),
        ('#box(width: 1mm * data.owner.name.len())\n#panic("always")', "always"),
    ],
    ids=["missing picture", "missing part", "syntax", "empty list", "empty text", "panic"],
)
def test_a_letter_that_would_fail_one_day_is_refused_today(body: str, says: str):
    assert says in refused(with_letter(body))


def test_a_mistake_in_a_part_is_named_with_the_part():
    fault = refused(with_letter('#import "_part.typ": *\nx', _part="\n#nobody"))
    assert "_part.typ, line 2" in fault


def test_comments_addresses_and_methods_are_not_taken_for_names():
    text = '// data.lost\n#link("https://a.vn/data.lost") #data.owner.keys() #data.facts.len()'
    assert list(unknown_names(text)) == []


def test_what_the_letters_of_older_versions_read_is_still_there():
    assert list(unknown_names(OLD_NAMES)) == []


def test_a_service_gives_a_letter_or_a_part_its_own_look():
    own = ServicePack({**PACK.files, "letters/receipt.typ": b"mine", "letters/_layout.typ": b"too"})
    assert own.letter("receipt") == "mine"
    assert own.letter_files["_layout.typ"] == b"too"
    assert own.letter("stopped") == PACK.letter("stopped")


def test_the_profile_says_what_its_letters_are_called():
    assert PACK.document_name("stopped", "en") == "Notice of stopping (form 05)"
    assert PACK.document_name("heard_of_never", "en") == "heard_of_never"


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Flask]:
    app = create_app(Settings(data_directory=tmp_path, embedded_workers=0))
    with app.app_context():
        Model.metadata.create_all(db.engine)
        yield app
        db.session.remove()
        db.engine.dispose()


def with_profile_letters(app: Flask, tmp_path: Path, letters: Mapping[str, str]) -> None:
    vn = Path(profiles.__file__).parent / "vn"
    folder = tmp_path / "own"
    (folder / "letters").mkdir(parents=True)
    for file in vn.glob("*.yaml"):
        (folder / file.name).write_bytes(file.read_bytes())
    for file in (vn / "letters").iterdir():
        text = letters.get(file.name, file.read_text("utf-8"))
        (folder / "letters" / file.name).write_text(text, "utf-8")
    profiles.install(app, str(folder))


def test_an_older_version_keeps_the_letters_of_the_profile_as_they_were(house, tmp_path):
    with transaction():
        before = deploy_pack(PACK, by="system").version
    with_profile_letters(house, tmp_path, {"stopped.typ": HEAD + "new"})
    with transaction():
        after = deploy_pack(service_version(before), by="system").version
    assert before != after == service(PACK.manifest.key).version
    assert service_version(after).letter("stopped").endswith("new")
    assert service_version(before).letter("stopped") == PACK.letter("stopped")


def test_the_same_letters_again_are_no_new_version(house):
    with transaction():
        first = deploy_pack(PACK, by="system").version
        assert deploy_pack(service_version(first), by="system").version == first == PACK.version


def test_the_page_lists_every_name_as_the_code_has_it():
    assert PAGE.read_text("utf-8").partition(BEGINNING)[2] == reference()

"""A service pack: the files of one service at one version, and what can be read out of them."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import yaml

from core.i18n import pick
from engine.bpmn.reading import parse_xml
from engine.bpmn.table import BPMN, MOTCUA
from engine.dmn import DecisionModel, Outcome, models_by_decision
from feel import Expression, compile_expression
from forms import Form
from forms.personal import personal_keys
from workflows.errors import PackBroken
from workflows.files import read_text, read_texts
from workflows.manifest import DocumentType, Manifest, read_manifest
from workflows.profiles import DEFAULT_PROFILE, read_profile
from workflows.shapes import GALLERY_KEY, IN_PACK, shape_files
from workflows.vocabulary import READS, words_of

LETTERS: Final = "letters/"
# The letters of a profile count for a version as its own do: an older dossier keeps their look.
PROFILE_LETTERS: Final = "profile/letters/"
_OF_PROFILE: Final = "profile/"
_TEMPLATE: Final = ".typ"
_PART: Final = "_"
_NAMES: Final = "_names.yaml"


@dataclass(frozen=True)
class ServicePack:
    """The files by their path inside the pack. Their common hash is the version's name."""

    files: Mapping[str, bytes]

    @cached_property
    def version(self) -> str:
        """SHA-256 over the sorted paths and contents, in hexadecimal."""
        digest = hashlib.sha256()
        for path in sorted(self.files):
            for part in (path.encode(), self.files[path]):
                digest.update(len(part).to_bytes(8, "big"))
                digest.update(part)
        return digest.hexdigest()

    @cached_property
    def manifest(self) -> Manifest:
        """What `service.yaml` says."""
        return read_manifest(self.file("service.yaml"))

    @cached_property
    def translations(self) -> Mapping[str, Mapping[str, Any]]:
        """`forms` and `elements` of `i18n/<language>.json` by language; its own texts win."""
        found: dict[str, dict[str, Any]] = {}
        for path in self._inside("i18n", ".json"):
            told = read_texts(path, self.files[path])
            texts = found.setdefault(Path(path).stem, {"forms": {}, "elements": {}})
            for kind, named in texts.items():
                named.update(told.get(kind, {}))
        return found

    @cached_property
    def forms(self) -> Mapping[str, Form]:
        """Every form of the pack by its id, with its translations."""
        return {form_id: self._form(path) for form_id, path in self.form_paths.items()}

    @cached_property
    def form_paths(self) -> Mapping[str, str]:
        """Where each form stands; one of its own takes the place of a shape's of the same id."""
        return {Path(path).stem: path for path in self._inside("forms", ".form")}

    @cached_property
    def proven_files(self) -> Mapping[str, bytes]:
        """What its scenarios have to prove: not the shapes, unless it is their gallery."""
        shown = self.manifest.key == GALLERY_KEY
        return {
            path: content
            for path, content in self.files.items()
            if shown or not path.startswith(IN_PACK)
        }

    @cached_property
    def decisions(self) -> Mapping[str, DecisionModel]:
        """The model that holds each decision; files of one pack may import each other."""
        return models_by_decision(self._ending_with(".dmn"))

    def file(self, path: str) -> bytes:
        """The content of a file; raises PackBroken when the pack lacks it."""
        try:
            return self.files[path]
        except KeyError as error:
            raise PackBroken(file=path, fault="The file is missing.") from error

    def form(self, form_id: str) -> Form:
        """A form by its id; raises PackBroken when the pack lacks it."""
        self.file(self.form_paths.get(form_id, f"forms/{form_id}.form"))
        return self.forms[form_id]

    @cached_property
    def letters(self) -> tuple[str, ...]:
        """The names of all letters, its own and those of the profile; parts of letters left out."""
        names = (name for name in self.letter_files if name.endswith(_TEMPLATE))
        return tuple(sorted(name[: -len(_TEMPLATE)] for name in names if name[:1] != _PART))

    @cached_property
    def letter_files(self) -> Mapping[str, bytes]:
        """What lies beside letters, by name: the profile's files, or its own of the same name."""
        return {
            path.removeprefix(folder): content
            for folder in (PROFILE_LETTERS, LETTERS)
            for path, content in self.files.items()
            if path.startswith(folder)
        }

    def letter_path(self, name: str) -> str:
        """Where the source of a letter lies in the pack; its own place when there is none."""
        own = f"{LETTERS}{name}{_TEMPLATE}"
        inherited = f"{PROFILE_LETTERS}{name}{_TEMPLATE}"
        return inherited if own not in self.files and inherited in self.files else own

    def letter(self, name: str) -> str:
        """The typst source of a letter; raises PackBroken when the pack lacks it."""
        path = self.letter_path(name)
        return read_text(path, self.file(path))

    def with_letters_of(self, profile: str) -> "ServicePack":
        """The pack with the letters of a profile beside its own, and of no other."""
        own = {
            path: content
            for path, content in self.files.items()
            if not path.startswith(_OF_PROFILE)
        }
        inherited = {
            f"{PROFILE_LETTERS}{name}": content
            for name, content in read_profile(profile).letters.items()
        }
        return ServicePack({**own, **inherited})

    def with_shapes(self) -> "ServicePack":
        """The pack with the shapes that it names, as they are today, and no others."""
        own = {path: file for path, file in self.files.items() if not path.startswith(IN_PACK)}
        for name in self.manifest.shapes:
            own.update(shape_files(name))
        return ServicePack(own)

    def model_files(self) -> Mapping[str, bytes]:
        """The files that the engine deploys: processes and decisions."""
        return self._ending_with(".bpmn", ".dmn")

    def element_name(self, element_id: str, given: str, language: str) -> str:
        """The name of a process element in a language; the diagram's own name when none is given."""
        names = self.translations.get(language, {}).get("elements", {})
        return str(names.get(element_id, given))

    def document_type(self, key: str) -> DocumentType:
        """A kind of paper by its key; an earlier version may have asked for one that is unknown now."""
        return self.manifest.documents.get(key) or DocumentType(self._letter_names(key), hint={})

    def _letter_names(self, key: str) -> Mapping[str, str]:
        """What a letter of the profile is called; its own key when nothing says."""
        return self._names.get(key, {"": key})

    @cached_property
    def _names(self) -> Mapping[str, Mapping[str, str]]:
        found = self.letter_files.get(_NAMES, b"{}")
        names: Mapping[str, Mapping[str, str]] = yaml.safe_load(found)
        return names

    def document_name(self, key: str, language: str) -> str:
        """What a kind of paper is called."""
        return pick(self.document_type(key).name, language)

    def decide(self, decision_id: str, context: Mapping[str, Any]) -> Outcome:
        """What one of the pack's decisions says and why; raises PackBroken when it has no such one."""
        model = self.decisions.get(decision_id)
        if model is None:
            raise PackBroken(file="service.yaml", fault=f"No file has a decision “{decision_id}”.")
        return model.evaluate(decision_id, context)

    @cached_property
    def owner_number_is_personal(self) -> bool:
        """Whether the owner's number is read from answers about a person, as one's identity number."""
        personal = personal_keys(self.form(self.manifest.application_form).components)
        return not expression(self.manifest.owner_number).names.isdisjoint(personal)

    def required_documents(self, answers: Mapping[str, Any]) -> list[str]:
        """The kinds of papers that these answers call for, by the pack's decision table."""
        outcome = self.decide(self.manifest.documents_decision, answers)
        return [str(key) for key in outcome.value or []]

    def fee(self, context: Mapping[str, Any]) -> int:
        """The fee in the smallest unit of the currency; 0 when nothing is owed."""
        outcome = self.decide(self.manifest.fee_decision, context)
        return int(outcome.value or 0)

    @cached_property
    def asked_documents(self) -> frozenset[str]:
        """Every kind of paper that the documents decision could ask an applicant for."""
        wanted = (
            f"{{*}}decision[@id='{self.manifest.documents_decision}']//{{*}}outputEntry/{{*}}text"
        )
        roots = (parse_xml(*file) for file in self._ending_with(".dmn").items())
        entries = (entry for root in roots for entry in root.iterfind(wanted))
        tabled = (str(expression(entry.text or "").evaluate({})) for entry in entries)
        return frozenset(tabled) | self.manifest.enquiries.keys()

    @cached_property
    def confidential_kinds(self) -> frozenset[str]:
        """The kinds of papers that only their owner and who works a reading task may open."""
        kinds = self.manifest.documents.items()
        return frozenset(name for name, kind in kinds if kind.confidential)

    @cached_property
    def confidential_reads(self) -> Mapping[str, frozenset[str]]:
        """The confidential kinds that each user task reads, by its id, where it reads any."""
        tasks = (
            (str(task.get("id")), words_of(task.get(f"{{{MOTCUA}}}{READS}") or ""))
            for path, content in self._ending_with(".bpmn").items()
            for task in parse_xml(path, content).iter(f"{{{BPMN}}}userTask")
        )
        return {name: kinds for name, kinds in tasks if kinds}

    def read(self, text: str, answers: Mapping[str, Any]) -> Any:
        """The value of a FEEL text of the manifest over the application's answers."""
        return expression(text).evaluate(answers)

    def register_facts(self, answers: Mapping[str, Any]) -> dict[str, Any]:
        """The facts that the public register shows for these answers."""
        return {
            name: self.read(text, answers) for name, text in self.manifest.register_facts.items()
        }

    def _inside(self, folder: str, ending: str) -> list[str]:
        """The files of a folder of this name: first those of shapes, then its own."""
        found = [
            path
            for path in self.files
            if path.endswith(ending)
            and (path.startswith(f"{folder}/") or _is_of_shape(path, folder))
        ]
        return sorted(found, key=lambda path: (not path.startswith(IN_PACK), path))

    def _ending_with(self, *endings: str) -> dict[str, bytes]:
        return {path: content for path, content in self.files.items() if path.endswith(endings)}

    def _form(self, path: str) -> Form:
        form_id = Path(path).stem
        sidecars = {
            language: texts.get("forms", {}).get(form_id, {})
            for language, texts in self.translations.items()
        }
        return Form.parse(self.files[path], sidecars, file=path)


def _is_of_shape(path: str, folder: str) -> bool:
    return path.startswith(IN_PACK) and path.split("/")[2:3] == [folder]


def expression(text: str) -> Expression:
    """A FEEL text of the manifest, such as `=organisation_name`, compiled."""
    return compile_expression(text.removeprefix("="))


def read_pack(folder: Path, profile: str = DEFAULT_PROFILE) -> ServicePack:
    """Read the pack that lies in a folder, with the shapes it names and the letters of a profile.

    Whoever deploys it puts the letters of the installation's profile in their place.
    """
    own = {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.name.startswith(".")
    }
    return ServicePack(own).with_shapes().with_letters_of(profile)

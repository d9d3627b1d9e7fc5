"""What is to be said about a file that somebody brings: its signatures, its facts, and the register.

A PDF or a sealed package, of ours or of an authority that is believed here. The facts are read from
what was signed, and only when the signatures hold; the register then says whether they are so today.
"""

import hashlib
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

import pikepdf
from lxml import etree
from lxml.etree import _Element

import signing
from dossiers import register
from dossiers.errors import EntryNotFound
from dossiers.models import RegisterEntry
from dossiers.register_entries.models import EntryState
from dossiers.result_data import ATTACHED, NAMESPACE
from signing.package import PackageRefused, parsed

PDF: Final = "pdf"
XML: Final = "xml"
_PDF_START: Final = b"%PDF-"
_HEAD: Final = 1024


class Answer(StrEnum):
    """The plain answer, the best first.

    `in-force`: signed well, and the register says the same. `signed`: signed well, and no result
    of this site, so that its register does not tell of it. `ended`: signed well, but it counts no
    longer. `differs`: signed well, but the register says something else. `refused`: not believed.
    """

    IN_FORCE = "in-force"
    SIGNED = "signed"
    ENDED = "ended"
    DIFFERS = "differs"
    REFUSED = "refused"


@dataclass(frozen=True)
class Difference:
    """A fact that the file and the register tell differently; an empty one is not told."""

    name: str
    in_file: str
    in_register: str


@dataclass(frozen=True)
class Checked:
    """All that was found. `facts` are those that the file tells machines; empty where it tells none."""

    kind: str
    sha256: str
    report: signing.Report
    facts: Mapping[str, str] = field(default_factory=dict)
    entry: RegisterEntry | None = None
    state: EntryState | None = None
    differences: tuple[Difference, ...] = ()

    @property
    def answer(self) -> Answer:
        """The plain answer."""
        if not self.report.valid:
            return Answer.REFUSED
        if not self.facts:
            return Answer.SIGNED
        if self.differences or self.entry is None:
            return Answer.DIFFERS
        return Answer.IN_FORCE if self.state is EntryState.VALID else Answer.ENDED


def check(content: bytes) -> Checked:
    """Look at a file; never raises for what stands in it. Asks authorities by the network."""
    kind = PDF if _PDF_START in content[:_HEAD] else XML
    report = signing.verify_pdf(content) if kind == PDF else signing.verify_xml(content)
    found = Checked(kind, hashlib.sha256(content).hexdigest(), report)
    facts = dict(_facts(_told(content, found))) if report.valid else {}
    return _compared(found, facts) if facts else found


def _told(content: bytes, found: Checked) -> _Element | None:
    """The facts for machines, from what was signed."""
    if found.kind == XML:
        return found.report.signed_xml
    try:
        with pikepdf.open(io.BytesIO(content)) as pdf:
            if ATTACHED not in pdf.attachments:
                return None
            text = pdf.attachments[ATTACHED].get_file().read_bytes()
        return parsed(text)
    except (pikepdf.PdfError, PackageRefused, ValueError):
        return None


def _facts(result: _Element | None) -> Iterator[tuple[str, str]]:
    if result is None or result.tag != f"{{{NAMESPACE}}}Result":
        return
    for each in result.iterchildren(f"{{{NAMESPACE}}}*"):
        name = etree.QName(each).localname
        if name == "Fact":
            yield f"fact:{each.get('name')}", each.text or ""
        elif name != "Notice":
            yield name, each.text or ""


def _compared(found: Checked, facts: Mapping[str, str]) -> Checked:
    try:
        entry = register.find_entry(facts.get("Number", ""))
    except EntryNotFound:
        number = facts.get("Number", "")
        missing = (Difference("Number", number, ""),)
        return Checked(found.kind, found.sha256, found.report, facts, differences=missing)
    return Checked(
        found.kind,
        found.sha256,
        found.report,
        facts,
        entry,
        register.state_of(entry),
        tuple(_differences(found.report, facts, entry)),
    )


def _differences(
    report: signing.Report, facts: Mapping[str, str], entry: RegisterEntry
) -> Iterator[Difference]:
    code = facts.get("CheckAddress", "").rpartition("/")[2]
    pairs: dict[str, tuple[str, str]] = {
        "CheckAddress": (code, entry.check_code),
        "IssuedOn": (facts.get("IssuedOn", ""), entry.issued_on.isoformat()),
        "Holder": (facts.get("Holder", ""), entry.organisation_name),
        "Agency": (_agency_among(report, entry), str(entry.agency_id)),
    }
    pairs |= {
        name: (text, _registered(entry, name.removeprefix("fact:")))
        for name, text in facts.items()
        if name.startswith("fact:")
    }
    for name, (in_file, in_register) in pairs.items():
        if in_file != in_register:
            yield Difference(name, in_file, in_register)


def _agency_among(report: signing.Report, entry: RegisterEntry) -> str:
    """The agency of the register when it is among those who signed: another's seal proves nothing."""
    wanted = str(entry.agency_id)
    sealed = {each.agency for each in report.signatures if each.use == "seal"}
    return wanted if wanted in sealed else report.agency or ""


def _registered(entry: RegisterEntry, name: str) -> str:
    return str(entry.facts[name]) if name in entry.facts else ""

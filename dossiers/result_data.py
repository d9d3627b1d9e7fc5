"""The facts of a result as XML, for machines: the same that the notice says on paper.

They stand beside the notice in a sealed package of their own, and in the notice as an attached file.
"""

import hashlib
from collections.abc import Mapping
from typing import Any, Final

from lxml import etree

from core.i18n import official, pick
from dossiers.letters import LetterSubject, check_url
from workflows.sections.register import PUBLIC

NAMESPACE = "urn:motcua:result:1"
ATTACHED: Final = "motcua-result.xml"
_NSMAP: dict[Any, str] = {None: NAMESPACE}


def result_xml(
    subject: LetterSubject,
    result: Mapping[str, Any],
    notice: bytes | None,
    decided: Mapping[str, Any] | None = None,
) -> bytes:
    """A `Result` element; `Notice` ties it to the PDF, where it is made already, by its SHA-256.

    `decided` are facts as the process decided them; they stand in the place of what was asked for.
    """
    dossier, manifest = subject.dossier, subject.pack.manifest
    root = etree.Element(f"{{{NAMESPACE}}}Result", nsmap=_NSMAP)
    _add(root, "Number", result["number"])
    _add(root, "IssuedOn", result["issued_on"].isoformat())
    _add(root, "Agency", pick(subject.agency_names, official()), code=subject.agency.code)
    _add(root, "Service", pick(manifest.name, official()), key=manifest.key)
    _add(root, "DossierCode", dossier.code or dossier.reference)
    public = manifest.register.holder_number == PUBLIC
    number = {"number": dossier.organisation_number} if public else {}
    _add(root, "Holder", dossier.organisation_name, **number)
    facts = {**subject.pack.register_facts(dossier.answers), **(decided or {})}
    for name, value in facts.items():
        _add(root, "Fact", value, name=name)
    _add(root, "CheckAddress", check_url(result["check_code"]))
    if notice is not None:
        _add(root, "Notice", hashlib.sha256(notice).hexdigest(), algorithm="SHA-256")
    return etree.tostring(root, encoding="utf-8")


def _add(parent: etree._Element, tag: str, value: Any, **attributes: Any) -> None:
    element = etree.SubElement(parent, f"{{{NAMESPACE}}}{tag}")
    element.text = str(value)
    for key, text in attributes.items():
        element.set(key, str(text))

"""Safe XML, and a reader that remembers where it was when something is wrong."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from core.errors import N_
from engine.bpmn.table import BPMN, MOTCUA, ZEEBE
from engine.errors import DeploymentRefused, Problem
from engine.machine.expressions import Feel, Literal, Value, read_feel, read_value
from feel.errors import FeelSyntaxError

XmlElement = etree._Element
LARGEST_FILE = 5_000_000


def parse_xml(name: str, content: bytes) -> XmlElement:
    """The root of an XML file; raises DeploymentRefused for a DOCTYPE, size or bad syntax."""
    if len(content) > LARGEST_FILE:
        remedy = N_("Split the model: at most %(limit)s bytes are read.")
        raise _refused(name, 1, N_("The file is too large"), remedy, limit=str(LARGEST_FILE))
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        line = error.position[0] or 1
        remedy = N_("Mend the XML: %(message)s")
        raise _refused(name, line, N_("This is not XML"), remedy, message=error.msg) from error
    if root.getroottree().docinfo.internalDTD is not None:
        remedy = N_("Remove the DOCTYPE line.")
        raise _refused(name, 1, N_("The file has a DOCTYPE, which is never needed"), remedy)
    return root


def _refused(name: str, line: int, title: str, remedy: str, **params: str) -> DeploymentRefused:
    return DeploymentRefused([Problem(name, line, "", "", title, remedy, params)])


def line_of(element: XmlElement) -> int:
    """The line of an element in its file, from 1."""
    line: int | None = element.sourceline  # type: ignore[assignment]  # the stubs leave it open
    return line or 1


def namespace_of(element: XmlElement) -> str:
    """The namespace of an element's tag."""
    return etree.QName(element).namespace or ""


def local_name(element: XmlElement) -> str:
    """An element's tag without its namespace."""
    return etree.QName(element).localname


def children(element: XmlElement, namespace: str, name: str | None = None) -> list[XmlElement]:
    """The child elements of a namespace, perhaps only those of one name."""
    found = (child for child in element if isinstance(child.tag, str))
    return [
        child
        for child in found
        if namespace_of(child) == namespace and name in {None, local_name(child)}
    ]


def child(element: XmlElement, name: str) -> XmlElement | None:
    """The first BPMN child of this name."""
    return next(iter(children(element, BPMN, name)), None)


def extension(element: XmlElement, name: str) -> XmlElement | None:
    """The first zeebe extension of this name."""
    return next(iter(extensions(element, name)), None)


def extensions(element: XmlElement, name: str) -> list[XmlElement]:
    """The zeebe extensions of this name."""
    holder = child(element, "extensionElements")
    return [] if holder is None else children(holder, ZEEBE, name)


def attributes_of(element: XmlElement) -> dict[str, str]:
    """The attributes in our own namespace, by their local names."""
    prefix = f"{{{MOTCUA}}}"
    return {
        str(name).removeprefix(prefix): str(value)
        for name, value in element.attrib.items()
        if str(name).startswith(prefix)
    }


def is_true(element: XmlElement, attribute: str, *, default: bool) -> bool:
    """A yes-or-no attribute."""
    return element.get(attribute, str(default)).lower() == "true"


def elements_within(root: XmlElement) -> Iterator[XmlElement]:
    """An element and everything inside it, without comments."""
    return (item for item in root.iter() if isinstance(item.tag, str))


@dataclass
class Findings:
    """Everything found wrong in one file."""

    file: str
    problems: list[Problem] = field(default_factory=list)

    def add(self, element: XmlElement, title: str, remedy: str, **params: str) -> None:
        """Note a problem at an element; a part of a flow node is named by the node around it."""
        named: XmlElement | None = element
        while named is not None and named.get("id") is None:
            named = named.getparent()
        identity, name = ("", "") if named is None else (named.get("id", ""), named.get("name", ""))
        params = {"element": local_name(element), **params}
        line = line_of(element)
        self.problems.append(Problem(self.file, line, identity, name, title, remedy, params))

    def value(self, element: XmlElement, text: str) -> Value:
        """A text, or FEEL after `=`; an unreadable expression is noted."""
        try:
            return read_value(text.strip())
        except FeelSyntaxError as error:
            return self._unreadable(element, text, error)

    def feel(self, element: XmlElement, text: str) -> Feel:
        """FEEL with or without `=`; an unreadable expression is noted."""
        try:
            return read_feel(text.strip())
        except FeelSyntaxError as error:
            self._unreadable(element, text, error)
            return read_feel("null")

    def optional(self, element: XmlElement | None, attribute: str) -> Value | None:
        """The value of an attribute, None when it is missing or empty."""
        text = "" if element is None else element.get(attribute, "").strip()
        return self.value(element, text) if element is not None and text else None

    def required(self, element: XmlElement, attribute: str) -> str:
        """The text of an attribute that must be there."""
        text = element.get(attribute, "").strip()
        if not text:
            title = N_("%(element)s lacks the attribute “%(attribute)s”")
            remedy = N_("Fill it in, in the properties panel.")
            self.add(element, title, remedy, attribute=attribute)
        return text

    def _unreadable(self, element: XmlElement, text: str, error: FeelSyntaxError) -> Literal:
        title = N_("The expression “%(text)s” cannot be read: %(message)s")
        remedy = N_("Correct the FEEL expression; a fixed text stands without the leading =.")
        self.add(element, title, remedy, text=text, message=str(error))
        return Literal(text)

"""Read the XML of a decision model safely, and look around in it without minding its namespace."""

from collections.abc import Iterator

from lxml import etree

from engine.dmn.errors import UnreadableModel

NAMESPACES = frozenset(
    {
        "http://www.omg.org/spec/DMN/20180521/MODEL/",  # 1.2
        "https://www.omg.org/spec/DMN/20191111/MODEL/",  # 1.3
        "https://www.omg.org/spec/DMN/20211108/MODEL/",  # 1.4
        "https://www.omg.org/spec/DMN/20230324/MODEL/",  # 1.5
    }
)
MOST_BYTES = 5_000_000
Element = etree._Element


def read_definitions(xml: bytes) -> Element:
    """The root element `definitions`. Raises UnreadableModel."""
    if len(xml) > MOST_BYTES:
        raise UnreadableModel(reason=f"it has more than {MOST_BYTES} bytes")
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
    )
    try:
        root = etree.fromstring(xml, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise UnreadableModel(reason=str(error)) from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise UnreadableModel(reason="it has a DOCTYPE")
    name = etree.QName(root)
    if name.localname != "definitions" or name.namespace not in NAMESPACES:
        raise UnreadableModel(reason=f"its root is {root.tag}")
    return root


def kind_of(element: Element) -> str:
    """The element's name without its namespace."""
    return etree.QName(element).localname


def children(element: Element, *kinds: str) -> Iterator[Element]:
    """The children of these kinds, in order."""
    for child in element:
        if isinstance(child.tag, str) and etree.QName(child).localname in kinds:
            yield child


def child(element: Element, *kinds: str) -> Element | None:
    """The first child of these kinds."""
    return next(children(element, *kinds), None)


def text_in(element: Element | None, kind: str = "text") -> str:
    """The trimmed text of a child, or nothing."""
    found = None if element is None else child(element, kind)
    return (found.text or "").strip() if found is not None else ""


def name_of(element: Element) -> str:
    """The name, with single spaces; the id when there is none."""
    return " ".join((element.get("name") or element.get("id") or "").split())


def place_of(element: Element) -> str:
    """How messages call the element: its id, or that of the nearest element around it."""
    here: Element | None = element
    while here is not None:
        label = here.get("id") or here.get("name")
        if label:
            return label
        here = here.getparent()
    return kind_of(element)


def variable_name(element: Element) -> str:
    """The name under which other decisions see this element's value."""
    variable = child(element, "variable")
    return name_of(variable) if variable is not None and variable.get("name") else name_of(element)


def full_reference(element: Element) -> str:
    """The href with its namespace, which may be left out for this file's own."""
    href = element.get("href", "")
    own = element.getroottree().getroot().get("namespace", "")
    return f"{own}{href}" if href.startswith("#") else href

"""Decision models that come together and import each other (DMN 6.3.3)."""

from collections.abc import Mapping

from engine.dmn.document import Element, children, read_definitions
from engine.dmn.errors import CircularImport, UnreadableModel
from engine.dmn.model import DecisionModel, parse_root


def parse_bundle(files: Mapping[str, bytes], *, strict: bool = True) -> dict[str, DecisionModel]:
    """Every model by the name of its file, whatever the order of the files. Raises DecisionError.

    `strict` is that of `parse_decisions`.
    """
    roots = {name: read_definitions(content) for name, content in files.items()}
    reader = _Reader({_namespace(root): root for root in roots.values()}, strict)
    if len(reader.roots) < len(roots):
        raise UnreadableModel(reason="two files have the same namespace")
    return {name: reader.model(_namespace(root)) for name, root in roots.items()}


def _namespace(root: Element) -> str:
    return root.get("namespace", "")


class _Reader:
    """Parses what is imported before what imports it."""

    def __init__(self, roots: Mapping[str, Element], strict: bool) -> None:
        self.roots = roots
        self.strict = strict
        self.models: dict[str, DecisionModel] = {}
        self.open: list[str] = []

    def model(self, namespace: str) -> DecisionModel:
        """The model of a namespace."""
        if namespace in self.open:
            raise CircularImport(element=namespace)
        if namespace not in self.models:
            self.open.append(namespace)
            root = self.roots[namespace]
            for each in children(root, "import"):
                if each.get("namespace", "") in self.roots:
                    self.model(each.get("namespace", ""))
            self.models[namespace] = parse_root(root, self.models, strict=self.strict)
            self.open.pop()
        return self.models[namespace]

"""Decision models that come together and import each other (DMN 6.3.3)."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache

from engine.dmn.document import Element, children, read_definitions
from engine.dmn.errors import CircularImport, DecisionError, UnreadableModel
from engine.dmn.model import DecisionModel, parse_root


def parse_bundle(files: Mapping[str, bytes], *, strict: bool = True) -> dict[str, DecisionModel]:
    """Every model by the name of its file, whatever the order of the files.

    `strict` is that of `parse_decisions`. Raises DecisionError, which names the `file`.
    """
    return dict(_parsed(tuple(files.items()), strict))


@lru_cache(maxsize=128)
def _parsed(files: tuple[tuple[str, bytes], ...], strict: bool) -> Mapping[str, DecisionModel]:
    """A parsed model never changes: the gate, the engine and the pack share it."""
    roots: dict[str, Element] = {}
    names: dict[str, str] = {}
    for name, content in files:
        with _naming(name):
            roots[name] = read_definitions(content)
            if names.setdefault(_namespace(roots[name]), name) != name:
                raise UnreadableModel(reason="another file has the same namespace")
    reader = _Reader({_namespace(root): root for root in roots.values()}, strict)
    models: dict[str, DecisionModel] = {}
    for name, root in roots.items():
        with _naming(name):
            models[name] = reader.model(_namespace(root))
    return models


def models_by_decision(files: Mapping[str, bytes]) -> dict[str, DecisionModel]:
    """The model that holds each decision, by the decision's id. Raises DecisionError."""
    models = parse_bundle(dict(sorted(files.items())))
    return {found.element_id: model for model in models.values() for found in model.decisions}


@contextmanager
def _naming(name: str) -> Iterator[None]:
    """Write the name of the file on its error."""
    try:
        yield
    except DecisionError as error:
        error.file = error.file or name
        raise


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

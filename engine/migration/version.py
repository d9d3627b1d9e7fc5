"""A version of a bundle, as it runs and as it is drawn."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from engine.bpmn.reading import parse_xml
from engine.definitions import Definition, definition, files_of
from engine.lint.model import Model, ScopeGraph

Path = tuple[str, ...]


@dataclass(frozen=True)
class Version:
    """A bundle; `graphs` are its processes and subprocesses by their place."""

    definition: Definition
    graphs: Mapping[Path, ScopeGraph]

    @property
    def id(self) -> str:
        """The hash that names it."""
        return self.definition.id


@lru_cache(maxsize=64)
def version(definition_id: str) -> Version:
    """A deployed bundle; raises DefinitionNotFound."""
    return Version(definition(definition_id), graphs_of(files_of(definition_id)))


def graphs_of(files: Mapping[str, bytes]) -> dict[Path, ScopeGraph]:
    """The processes and subprocesses of some files as they are drawn."""
    drawn = [(name, content) for name, content in files.items() if name.endswith(".bpmn")]
    models = [Model(parse_xml(name, content)) for name, content in drawn]
    return {_path(scope): scope for model in models for scope in model.scopes}


def _path(scope: ScopeGraph) -> Path:
    around = [scope.element, *scope.element.iterancestors("{*}process", "{*}subProcess")]
    return tuple(element.get("id", "") for element in reversed(around))

"""All mutants of a pack, in the order of its files."""

from collections.abc import Iterator

from studio.mutation.decisions import of_decisions
from studio.mutation.forms import of_form
from studio.mutation.manifests import MANIFEST, of_manifest
from studio.mutation.mutants import Mutant
from studio.mutation.processes import of_process
from studio.mutation.xml import XmlFile
from studio.places import models
from workflows.pack import ServicePack


def mutants_of(pack: ServicePack) -> list[Mutant]:
    """Every mutant, each with an id of its own."""
    return list({mutant.id: mutant for mutant in _made(pack)}.values())


def _made(pack: ServicePack) -> Iterator[Mutant]:
    for path, root in models(pack, ".bpmn"):
        yield from of_process(XmlFile(path, root))
    for path, root in models(pack, ".dmn"):
        yield from of_decisions(XmlFile(path, root))
    for path in sorted(set(pack.form_paths.values()) & set(pack.proven_files)):
        yield from of_form(path, pack.file(path))
    yield from of_manifest(pack.file(MANIFEST))

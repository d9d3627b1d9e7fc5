"""The gate's look at `kept_as`: the store of documents knows only the types of the profile."""

from typing import Final

from forms import code_tables
from workflows.errors import PackBroken
from workflows.pack import ServicePack

TABLE: Final = "document-types"


def check_kept_documents(pack: ServicePack) -> None:
    """Raise PackBroken for a document that is to be kept as a type that nobody knows."""
    for key, document in pack.manifest.documents.items():
        if document.kept_as and document.kept_as not in _known():
            known = ", ".join(sorted(_known())) or "–"
            fault = f"`documents.{key}.kept_as` “{document.kept_as}” is none of “{TABLE}”: {known}."
            raise PackBroken(file="service.yaml", fault=fault)


def _known() -> set[str]:
    if not code_tables.is_known(TABLE):
        return set()
    return {option.value for option in code_tables.codes(TABLE)}

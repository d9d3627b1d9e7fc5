"""What can be imported. Each sort says what a row may tell, checks it, makes it and takes it back."""

from collections.abc import Mapping
from typing import Final

from importing.errors import NoLegacyEntry, SortUnknown
from importing.sorts.common import LEGACY_KEY, Checked, Sort, Value
from importing.sorts.dossiers import Dossiers
from importing.sorts.licences import Licences
from importing.sorts.staff import Staff
from importing.sorts.units import Units
from workflows import queries as workflows
from workflows.errors import ServiceUnknown

__all__ = ["LEGACY_KEY", "SORTS", "Checked", "Sort", "Value", "sort_of"]

_OF_SERVICES: Final = {Licences.code: Licences, Dossiers.code: Dossiers}
SORTS: Final[Mapping[str, type[Sort]]] = {
    **{each.code: each for each in (Units, Staff)},
    **_OF_SERVICES,
}


def sort_of(code: str, service: str = "") -> Sort:
    """The sort of a code, about a service where it needs one; raises SortUnknown, NoLegacyEntry."""
    if code not in SORTS:
        raise SortUnknown
    if code not in _OF_SERVICES:
        return SORTS[code]()
    try:
        pack = workflows.service(service)
    except ServiceUnknown:
        raise SortUnknown from None
    if code == Dossiers.code and not pack.manifest.legacy_entry:
        raise NoLegacyEntry
    return _OF_SERVICES[code](pack)

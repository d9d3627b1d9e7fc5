"""What can be imported. Each sort says what a row may tell, checks it, makes it and takes it back."""

from collections.abc import Mapping
from typing import Final

from importing.errors import SortUnknown
from importing.sorts.common import LEGACY_KEY, Checked, Sort, Value
from importing.sorts.licences import Licences
from importing.sorts.staff import Staff
from importing.sorts.units import Units
from workflows import queries as workflows
from workflows.errors import ServiceUnknown

__all__ = ["LEGACY_KEY", "SORTS", "Checked", "Sort", "Value", "sort_of"]

SORTS: Final[Mapping[str, type[Sort]]] = {each.code: each for each in (Units, Staff, Licences)}


def sort_of(code: str, service: str = "") -> Sort:
    """The sort of a code, about a service where it needs one; raises SortUnknown."""
    if code not in SORTS:
        raise SortUnknown
    if not SORTS[code].about_service:
        return SORTS[code]()
    try:
        return Licences(workflows.service(service))
    except ServiceUnknown:
        raise SortUnknown from None

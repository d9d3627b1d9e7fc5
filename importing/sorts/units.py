"""Units of agencies."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Final
from uuid import UUID

from sqlalchemy import exists, select

from accounts import departments, imported
from accounts.actor import Actor
from accounts.errors import AgencyUnknown, UnitUnknown
from core.database import db
from core.errors import N_, PreconditionFailed
from dossiers.models import Dossier
from importing.mapping import Field
from importing.problems import problem
from importing.sorts.common import LEGACY_KEY, Checked, Places, Seen, Sort, Value

AGENCY: Final = Field(
    "agency", N_("Agency"), needed=True, also=("agency code", "cơ quan", "mã cơ quan", "đơn vị")
)


class Units(Sort):
    """One unit a row; those above it stand in earlier rows, or are there already."""

    code: ClassVar = "units"
    title: ClassVar = N_("Units")
    fields = (
        AGENCY,
        Field("code", N_("Code of the unit"), needed=True, also=("code", "mã", "mã phòng")),
        Field("name_vi", N_("Vietnamese name"), needed=True, also=("tên", "tên phòng", "name")),
        Field("name_en", N_("English name"), also=("tên tiếng anh",)),
        Field("parent", N_("Code of the unit above"), also=("parent", "mã cấp trên")),
        LEGACY_KEY,
    )

    def look(self, rows: Sequence[Value]) -> None:
        """See `Sort.look`."""
        self._places, self._seen = Places(rows), Seen("code")
        self._in_file: set[tuple[str, str]] = set()

    def check(self, number: int, values: Value) -> Checked:
        """See `Sort.check`."""
        found = list(self.basic_problems(values))
        agency, code = self._places.agency(values.get("agency", "")), values.get("code", "")
        parent = values.get("parent", "")
        if values.get("agency") and agency is None:
            found.append(problem("agency", "agency-unknown", value=values["agency"]))
        if agency:
            found += self._seen.check(f"{agency.code}/{code}", number, code)
            if self._places.unit(agency, code):
                found.append(problem("code", "taken", value=code))
            known = (agency.code, parent) in self._in_file or self._places.unit(agency, parent)
            if parent and not known:
                found.append(problem("parent", "unit-unknown", value=parent))
            if not found:
                self._in_file.add((agency.code, code))
        return Checked(values, found)

    def make(self, checked: Checked, *, by: Actor) -> dict[str, Any]:
        """See `Sort.make`. A unit is there at once: no one works in it before the staff is released."""
        values, places = checked.values, Places([checked.values])
        agency = places.agency(values["agency"])
        if agency is None:
            raise AgencyUnknown(agency=values["agency"])
        above = values.get("parent", "")
        parent = places.unit(agency, above)
        if above and parent is None:
            raise UnitUnknown(unit=above)
        names = {"vi": values["name_vi"], "en": values.get("name_en", "")}
        unit = departments.create_unit(
            agency.id,
            values["code"],
            {language: name for language, name in names.items() if name},
            by=by,
            parent_id=parent.id if parent else None,
        )
        return {"unit": str(unit.id), "version": unit.version}

    def release(self, made: Mapping[str, Any], *, by: Actor) -> None:
        """See `Sort.release`. There is nothing to open."""

    def take_back(self, made: Mapping[str, Any], *, reason: str, by: Actor) -> None:
        """See `Sort.take_back`."""
        unit_id = UUID(made["unit"])
        if db.session.scalar(select(exists().where(Dossier.unit_id == unit_id))):
            raise PreconditionFailed
        imported.remove_unit(unit_id, version=made["version"], reason=reason, by=by)

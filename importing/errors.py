"""What can go wrong with an import.

NotFound
├── ImportNotFound
└── MappingNotFound
InvalidRequest
├── FileUnreadable     neither CSV nor XLSX, or damaged
├── FileTooLarge       more bytes, rows or columns than are taken
├── EncodingUnclear    not UTF-8: somebody must say what it is
├── SortUnknown        no such sort of import, or no such service
├── NoLegacyEntry      the service does not say where open dossiers go on
└── MappingIncomplete  a needed field has no column
Conflict
├── ImportNotThere     its state does not allow the deed
├── NothingToImport    no row is without problems
├── NumberTaken        the number of a licence was given meanwhile
└── RowTouched         what a row made was changed since
NotAllowed
└── SecondPersonReleases  who imported cannot release
"""

from core.errors import N_, Conflict, InvalidRequest, NotAllowed, NotFound


class ImportNotFound(NotFound):
    """There is no such import for this caller."""

    code = "import-not-found"
    title = N_("There is no such import")


class MappingNotFound(NotFound):
    """There is no mapping of this name for this sort."""

    code = "import-mapping-not-found"
    title = N_("There is no mapping of this name")


class FileUnreadable(InvalidRequest):
    """The file cannot be read as a table."""

    code = "import-file-unreadable"
    title = N_("The file cannot be read as a table")
    remedy = N_("Save it as CSV (UTF-8) or XLSX, with the names of the columns in the first row.")


class FileTooLarge(InvalidRequest):
    """The file has more of something than is taken at a time."""

    code = "import-file-too-large"
    title = N_("The file is too large")
    remedy = N_("Send at most %(rows)s rows and %(columns)s columns at a time.")


class EncodingUnclear(InvalidRequest):
    """The bytes are not UTF-8, and guessing would spoil names."""

    code = "import-encoding-unclear"
    title = N_("It is not clear how the letters of the file are written")
    remedy = N_("Choose the encoding, such as Windows-1258, or save the file as UTF-8.")


class SortUnknown(InvalidRequest):
    """There is no such sort of import."""

    code = "import-sort-unknown"
    title = N_("This sort of import is not known")
    remedy = N_("Choose units, staff, licences or dossiers; the last two need a service.")


class NoLegacyEntry(InvalidRequest):
    """The service has no `legacy_entry`."""

    code = "import-no-legacy-entry"
    title = N_("This service does not say where open dossiers of an older system go on")
    remedy = N_("Add “legacy_entry” to its service.yaml and deploy it again.")


class MappingIncomplete(InvalidRequest):
    """Fields that every row needs have no column; `fields` names them."""

    code = "import-mapping-incomplete"
    title = N_("A needed field has no column")
    remedy = N_("Choose a column of the file for each needed field.")


class ImportNotThere(Conflict):
    """The import is not in a state for this deed."""

    code = "import-not-there"
    title = N_("The import has not come to this point, or is beyond it")
    remedy = N_("Load the page again and see how far it has come.")


class NothingToImport(Conflict):
    """Every row has a problem."""

    code = "import-nothing"
    title = N_("No row can be imported")
    remedy = N_("Mend the rows that the report names and upload the file again.")


class NumberTaken(Conflict):
    """Another licence has the number, or had it once."""

    code = "import-number-taken"
    title = N_("The number %(number)s is taken already")
    remedy = N_("A number is never given twice, also when it was struck out. Check the row.")


class RowTouched(Conflict):
    """What the row made was changed or used since."""

    code = "import-row-touched"
    title = N_("What this row made was changed or used since")
    remedy = N_("Undo it by hand, or release it.")


class SecondPersonReleases(NotAllowed):
    """The release needs somebody else."""

    code = "import-second-person"
    title = N_("Somebody else must release this import")
    remedy = N_("Ask another administrator, who did not upload or start it.")

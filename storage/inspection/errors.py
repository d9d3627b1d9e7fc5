"""Why a file from outside is refused. `name` is the safe display name of the file.

InvalidRequest
└── UploadRefused
    ├── EmptyFile
    ├── FileTooLarge            more bytes than the limit
    ├── FileTypeNotAccepted     its contents are of no accepted type
    ├── FileNameMismatch        the name's ending says another type than the contents
    ├── FileUnreadable          the type's own reader cannot open it
    ├── MisplacedPdfStart       something stands before %PDF-
    ├── EncryptedPdf            a password or restrictions
    ├── ActivePdf               signed, or not to be cleaned: JavaScript, programs, other files
    ├── AttachmentRefused       a file inside of a signed PDF is of no accepted type, or refused itself
    ├── ImageTooLarge           more pixels than anybody can use: a decompression bomb
    ├── ArchiveTooLarge         the same trick in a Word document
    ├── ArchiveUnsafe           archives in it, names that lead out of it, parts that overlap
    ├── ActiveWordDocument      macros or embedded objects
    ├── FileTooDemanding        its reader needs more time or memory than any honest file
    └── VirusFound              the virus scanner knows it
"""

from typing import Any

from core.errors import N_, InvalidRequest


class UploadRefused(InvalidRequest):
    """Base of all refusals: the file stays outside, nothing was stored."""

    code = "upload-refused"
    title = N_("The file “%(name)s” cannot be accepted")
    remedy = N_("Choose another file.")


class EmptyFile(UploadRefused):
    """The file has no bytes."""

    code = "file-empty"
    title = N_("The file “%(name)s” is empty")
    remedy = N_("Open the file on your device to check that it has contents, then choose it again.")


class FileTooLarge(UploadRefused):
    """Reading stopped at the limit."""

    code = "file-too-large"
    status = 413
    title = N_("The file “%(name)s” is larger than %(limit)s MB")
    remedy = N_("Scan it at a lower resolution (200 dpi, grey) or split it into several files.")


class FileTypeNotAccepted(UploadRefused):
    """The first bytes belong to no accepted type."""

    code = "file-type-not-accepted"
    status = 415
    title = N_("The file “%(name)s” is of a type that is not accepted")
    remedy = N_("Save or scan the document as one of: %(accepted)s.")


class FileNameMismatch(UploadRefused):
    """The name says one type and the contents another."""

    code = "file-name-mismatch"
    title = N_("The name of “%(name)s” does not fit its contents")
    remedy = N_("The contents are of type %(found)s. Give the file the ending %(endings)s.")


class FileUnreadable(UploadRefused):
    """Its own reader cannot open it: cut short or damaged."""

    code = "file-unreadable"
    title = N_("The file “%(name)s” is damaged and cannot be opened")
    remedy = N_("Open it on your device, save or scan it anew, and choose the new file.")


class MisplacedPdfStart(UploadRefused):
    """Other bytes stand before the PDF: such a file can be two things at once."""

    code = "pdf-misplaced-start"
    title = N_("The file “%(name)s” has other data in front of the PDF")
    remedy = N_("Open it, print it to PDF, and choose the new file.")


class EncryptedPdf(UploadRefused):
    """It needs a password, or forbids printing or copying: an authority could not keep it."""

    code = "pdf-encrypted"
    title = N_("The file “%(name)s” is protected by a password or by restrictions")
    remedy = N_("Remove the protection, or print it to PDF without one, and choose the new file.")


class ActivePdf(UploadRefused):
    """It would do something when opened, and cleaning would break its signature; `found` names what."""

    code = "pdf-active-content"
    title = N_("The file “%(name)s” contains active content (%(found)s)")
    remedy = N_("Print it to PDF, which leaves only the pages, and choose the new file.")


class ImageTooLarge(UploadRefused):
    """It would unpack to more pixels than the limit."""

    code = "image-too-large"
    title = N_("The picture “%(name)s” has more than %(limit)s million pixels")
    remedy = N_("Save it in a smaller size and choose the new file.")


class ArchiveTooLarge(UploadRefused):
    """It would unpack to more bytes or parts than the limit."""

    code = "archive-too-large"
    title = N_("The file “%(name)s” unpacks to too much data")
    remedy = N_("Save the document as PDF and choose the new file.")


class AttachmentRefused(UploadRefused):
    """A signed PDF carries a file that may not come in; taking it out would break the signature."""

    code = "pdf-attachment-refused"
    title = N_("The file “%(name)s” has “%(inner)s” attached, which cannot be accepted")
    remedy = N_("Ask who signed it for a version without this attachment, or send both one by one.")


class ArchiveUnsafe(UploadRefused):
    """Its list of parts is not that of an honest document."""

    code = "archive-unsafe"
    title = N_("The file “%(name)s” has parts that do not belong into a document")
    remedy = N_("Save the document as PDF and choose the new file.")


class FileTooDemanding(UploadRefused):
    """Its reader was stopped at a limit of time or memory."""

    code = "file-too-demanding"
    title = N_("The file “%(name)s” is made in a way that cannot be checked")
    remedy = N_("Print it to PDF, or save it in a smaller size, and choose the new file.")


class VirusFound(UploadRefused):
    """The scanner named what it found, in the file or in one attached to it."""

    code = "virus-found"
    title = N_("The file “%(name)s” contains malicious software (%(found)s)")
    remedy = N_("Do not open it. Have your device checked, and send the paper from a clean one.")


class ActiveWordDocument(UploadRefused):
    """It brings macros, embedded objects or a template from elsewhere."""

    code = "word-active-content"
    title = N_("The file “%(name)s” contains macros or embedded objects")
    remedy = N_("Save the document as PDF and choose the new file.")


def refusal(code: str, params: dict[str, Any]) -> UploadRefused:
    """The refusal that was told by its code, such as by the process that looks into files."""
    return _BY_CODE.get(code, UploadRefused)(**params)


_BY_CODE = {each.code: each for each in UploadRefused.__subclasses__()}

"""What can go wrong with an upload in pieces.

NotFound
├── UploadNotFound      no such upload, or somebody else's
└── UploadExpired       it was not finished in time
InvalidRequest
├── UploadMalformed     a header of the protocol is missing or cannot be read
└── ChecksumWrong       the bytes that came are not those that were sent
Conflict
├── OffsetWrong         the piece does not begin where the last one ended
└── TooManyUploads      too many are not finished
PreconditionFailed
└── ProtocolUnknown     another version of the protocol
"""

from core.errors import N_, Conflict, InvalidRequest, NotFound, PreconditionFailed


class UploadNotFound(NotFound):
    """No such upload, or not for this caller."""

    code = "upload-not-found"
    title = N_("There is no such upload")
    remedy = N_("It may be finished: look at the documents of the dossier. Else begin anew.")


class UploadExpired(NotFound):
    """It was not finished in time, and its bytes are gone."""

    code = "upload-expired"
    status = 410
    title = N_("This upload was not finished in time")
    remedy = N_("Begin it anew.")


class UploadMalformed(InvalidRequest):
    """A header is missing or cannot be read; `header` names it."""

    code = "upload-malformed"
    status = 400
    title = N_("The header %(header)s is missing or cannot be read")
    remedy = N_("Follow the protocol tus 1.0.0; the handbook of the API names its headers.")


class ChecksumWrong(InvalidRequest):
    """Nothing of the piece was kept."""

    code = "checksum-wrong"
    status = 460
    title = N_("The bytes that came are not those that were sent")
    remedy = N_("Send the piece again.")


class OffsetWrong(Conflict):
    """Another piece was faster, or this one came already."""

    code = "upload-offset-wrong"
    title = N_("The upload stands at byte %(received)s")
    remedy = N_("Send the rest from there.")


class TooManyUploads(Conflict):
    """The quota of unfinished uploads."""

    code = "too-many-uploads"
    title = N_("Too many uploads of yours are not finished")
    remedy = N_("Finish them, or end those that you do not need.")


class ProtocolUnknown(PreconditionFailed):
    """Another version of the protocol than ours."""

    code = "upload-protocol-unknown"
    title = N_("This version of the upload protocol is not understood")
    remedy = N_("Send Tus-Resumable: 1.0.0.")

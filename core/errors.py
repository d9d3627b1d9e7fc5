"""The root of every error this project raises on purpose.

MotcuaError
├── InvalidRequest        the caller must change what was sent        (422, or 400)
│   └── InvalidSetting    the installation's configuration
├── NotFound              it does not exist, or not for this caller   (404)
├── NotAllowed            known caller, refused deed                  (403)
├── Conflict              somebody or something was faster            (409)
├── PreconditionFailed    a stale version was sent                    (412)
└── Unavailable           a needed neighbour is down, try again       (503)

Each error is named once. Its `code` is stable and public; its `status` is what HTTP says of it, in the
API and on pages alike, inherited unless a class knows better. `title` and `remedy` are English message
ids that the edge translates, filled with the keyword arguments given when it was raised.
"""

from typing import Any, ClassVar


class Message(str):
    """A text of ours that is to be translated; also when it is the parameter of another one."""

    __slots__ = ()


def N_(message: str) -> Message:  # noqa: N802  gettext's own name for it
    """Mark a message for the translators without translating it yet."""
    return Message(message)


class MotcuaError(Exception):
    """Base of all errors that a reader may be shown."""

    code: ClassVar[str] = "error"
    status: ClassVar[int] = 500
    title: ClassVar[str] = N_("Something went wrong")
    remedy: ClassVar[str] = N_("Try again. If it happens again, contact the help desk.")

    def __init__(self, **params: Any) -> None:
        self.params = params
        super().__init__(f"{self.code}: {self.title % params} {self.remedy % params}")


class InvalidRequest(MotcuaError):
    """What was sent cannot be accepted; `fields` maps a field's path to its messages.

    A path is a tuple of keys and list positions, such as ("devices", 0, "name").
    """

    code = "invalid-request"
    status = 422
    title = N_("The information sent is not valid")
    remedy = N_("Correct the fields named below and send again.")

    def __init__(
        self, fields: dict[tuple[str | int, ...], list[str]] | None = None, **params: Any
    ) -> None:
        self.fields = fields or {}
        super().__init__(**params)


class InvalidSetting(InvalidRequest):
    """A configuration variable has a value that cannot be read."""

    code = "invalid-setting"
    title = N_("The setting %(variable)s cannot be read")
    remedy = N_("Change the value “%(value)s”; docs/settings.md lists what is accepted.")


class NotFound(MotcuaError):
    """The thing does not exist, or is not visible to this caller: both look the same."""

    code = "not-found"
    status = 404
    title = N_("Not found")
    remedy = N_("Check the address or the reference, or sign in with another account.")


class NotAllowed(MotcuaError):
    """The caller is known but may not do this."""

    code = "not-allowed"
    status = 403
    title = N_("You may not do this")
    remedy = N_("Ask somebody with the right role, or sign in with another account.")


class Conflict(MotcuaError):
    """The state of the thing no longer allows the deed."""

    code = "conflict"
    status = 409
    title = N_("This has changed in the meantime")
    remedy = N_("Load the page again and see what changed.")


class PreconditionFailed(MotcuaError):
    """The version that the caller saw is not the current one."""

    code = "version-mismatch"
    status = 412
    title = N_("Somebody else changed this first")
    remedy = N_("Fetch the current version, look at what changed and send your change again.")


class Unavailable(MotcuaError):
    """A system that is needed for this does not answer now."""

    code = "unavailable"
    status = 503
    title = N_("A system we need does not answer")
    remedy = N_("Nothing was lost. Try again in a few minutes.")

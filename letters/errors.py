"""What can go wrong while a letter is typeset.

InvalidRequest
├── TemplateBroken       the template cannot be typeset: line and message
└── LetterFileRefused    a file beside the template has a name that leads elsewhere
Unavailable
├── RenderTimedOut       it took too long; the process was ended and replaced
├── RendererStopped      the process died, most often for want of memory
└── RenderersBusy        no process became free in time
"""

from core.errors import N_, InvalidRequest, Unavailable


class TemplateBroken(InvalidRequest):
    """The typesetter refuses the template; `file`, `line` (0: unknown) and `message`."""

    code = "letter-template-broken"
    title = N_("The letter template cannot be typeset (%(file)s, line %(line)s)")
    remedy = N_("The typesetter says: %(message)s. Correct the template and publish it again.")


class LetterFileRefused(InvalidRequest):
    """A file given with a template must have a plain relative name."""

    code = "letter-file-refused"
    title = N_("The file name “%(name)s” cannot be used in a letter")
    remedy = N_("Use a relative name without “..”, such as qr.svg or images/emblem.png.")


class RenderTimedOut(Unavailable):
    """Typesetting did not end within the allowed time."""

    code = "letter-timed-out"
    title = N_("The letter was not ready after %(seconds)s seconds")
    remedy = N_("It will be tried again. If it fails again, look for an endless loop.")


class RendererStopped(Unavailable):
    """The typesetting process ended without an answer."""

    code = "letter-renderer-stopped"
    title = N_("The typesetter stopped while it made the letter")
    remedy = N_("It was started anew. If it stops again, the letter needs too much memory.")


class RenderersBusy(Unavailable):
    """All typesetting processes are at work."""

    code = "letter-renderers-busy"
    title = N_("Too many letters are being made at this moment")
    remedy = N_("Nothing was lost. It will be tried again in a moment.")

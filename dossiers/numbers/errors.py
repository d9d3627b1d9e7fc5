"""What can go wrong with numbers of books.

NotFound
├── NumberNotFound   no such number, or not for this caller
└── BookNotFound     no such book, or not for this caller
Conflict
├── NumberUsed       a result bears it: that is revoked, not its number
├── NumberVoid       it was struck out before
├── NumberAwaited    a running process is about to use it
└── NumberLost       a result was made with a number that no longer stands for it
"""

from core.errors import N_, Conflict, NotFound


class NumberNotFound(NotFound):
    """No such number, or not for this caller."""

    code = "number-not-found"
    title = N_("There is no such number in the book")
    remedy = N_("Open the book again and choose a number from its list.")


class BookNotFound(NotFound):
    """No such book, or not for this caller."""

    code = "book-not-found"
    title = N_("There is no such book")
    remedy = N_("Choose a book from the list of your agency.")


class NumberUsed(Conflict):
    """A result bears it."""

    code = "number-used"
    title = N_("The number %(number)s is in use")
    remedy = N_("A result bears it. To take the result back, revoke its entry in the register.")


class NumberVoid(Conflict):
    """It was struck out before."""

    code = "number-void"
    title = N_("The number %(number)s was struck out already")
    remedy = N_("Load the page again to see when and why.")


class NumberAwaited(Conflict):
    """A running process is about to use it."""

    code = "number-awaited"
    title = N_("The number %(number)s is about to be used")
    remedy = N_(
        "Its dossier is being settled and nothing hinders that. Strike the number out only once the "
        "dossier has stopped or its result cannot be made."
    )


class NumberLost(Conflict):
    """A result was made with a number that no longer stands for it."""

    code = "number-lost"
    title = N_("The result bears a number that no longer stands for it")
    remedy = N_("Let the step that takes a number be repeated, and the result be made anew.")

"""What goes wrong with enquiries and what is confidential."""

from core.errors import N_, InvalidRequest, NotFound


class EnquiryNotFound(NotFound):
    """No such enquiry, or not for this caller: also for who sees the task and has not taken it."""

    code = "enquiry-not-found"
    title = N_("There is no such enquiry")
    remedy = N_("Take the task first. Only who has taken it reads what was answered.")


class EnquiryNotUnderstood(InvalidRequest):
    """What the process says of an enquiry cannot be asked."""

    code = "enquiry-not-understood"
    title = N_("The enquiry cannot be made: %(fault)s")
    remedy = N_("Correct what the process gives to “enquiry.open”, then try it again.")

"""What can go wrong with fees.

NotFound
├── OrderNotFound           no such order, or not for this caller
├── ExemptionNotFound       the service knows no such exemption, or nobody asked for it
├── RefundNotFound
├── ReceiptNotFound
├── MatterNotFound
├── JournalNotFound
└── ReconciliationNotFound
Conflict
├── OrderStateWrong         the table of states does not know that step
├── FeeUndetermined         an officer must say the amount first
├── FeeUnsaid               the process says no amount, and there is no tariff
├── FeeDetermined           the amount is known already
├── ExemptionDecided
├── ExemptionStands         one at a time
├── RefundDecided
├── RefundNotDue            the rules of the service give nothing back now
├── RefundTooMuch           more than was paid
├── ReceiptCancelled
├── MatterSettled
└── SecondPersonForRefund   who asks does not approve
InvalidRequest
├── AmountWrong             not the amount owed
├── ProofMissing
├── PeriodTooLong
└── TariffOverlaps          two lines for one fee on one day
"""

from core.errors import N_, Conflict, InvalidRequest, NotAllowed, NotFound


class OrderNotFound(NotFound):
    """No such order, or not for this caller."""

    code = "fee-order-not-found"
    title = N_("There is no such fee")
    remedy = N_("Open the dossier again and choose one of its fees.")


class ExemptionNotFound(NotFound):
    """The service knows no such exemption, or nobody asked for it."""

    code = "fee-exemption-not-found"
    title = N_("There is no such exemption")
    remedy = N_("Choose one of those that the service names.")


class RefundNotFound(NotFound):
    """No such refund, or not for this caller."""

    code = "fee-refund-not-found"
    title = N_("There is no such refund")
    remedy = N_("Open the dossier again and choose one of its refunds.")


class ReceiptNotFound(NotFound):
    """No such receipt, or not for this caller."""

    code = "fee-receipt-not-found"
    title = N_("There is no such receipt")
    remedy = N_("Open the dossier again and choose one of its receipts.")


class MatterNotFound(NotFound):
    """No such matter, or not for this caller."""

    code = "fee-matter-not-found"
    title = N_("There is no such matter to be clarified")
    remedy = N_("Open the list of fees again.")


class ReconciliationNotFound(NotFound):
    """No such comparison, or not for this caller."""

    code = "fee-reconciliation-not-found"
    title = N_("There is no such comparison with the payment platform")
    remedy = N_("Open the fee journal again.")


class JournalNotFound(NotFound):
    """No such agency, or its books are not for this caller."""

    code = "fee-journal-not-found"
    title = N_("There is no such fee journal")
    remedy = N_("Choose an agency where you work.")


class OrderStateWrong(Conflict):
    """The table of states does not know that step."""

    code = "fee-order-state"
    title = N_("A fee that is “%(state)s” cannot become “%(event)s”")
    remedy = N_("Load the page again to see what has happened to the fee.")


class FeeUndetermined(Conflict):
    """The tariff has no line, and an officer must say the amount first."""

    code = "fee-undetermined"
    title = N_("The amount of this fee is not known yet")
    remedy = N_("An officer determines it. You are told on the page of your dossier.")


class FeeUnsaid(Conflict):
    """A process orders a fee of which nothing tells the amount: nobody may pay nothing by mistake."""

    code = "fee-unsaid"
    title = N_("The process asks for a fee and does not say how much")
    remedy = N_(
        "Whoever designs the service gives the task “fee.order” the variable “amount” (0 where "
        "nothing is owed), or writes “fees” with a tariff into service.yaml."
    )


class FeeDetermined(Conflict):
    """The amount is known already."""

    code = "fee-determined"
    title = N_("The amount of this fee is known already")
    remedy = N_("Load the page again to see it.")


class ExemptionDecided(Conflict):
    """Somebody was faster."""

    code = "fee-exemption-decided"
    title = N_("This exemption was decided already")
    remedy = N_("Load the page again to see how.")


class ExemptionStands(Conflict):
    """One exemption at a time."""

    code = "fee-exemption-stands"
    title = N_("An exemption was asked for or given already")
    remedy = N_("Wait for the answer, or look at what it says.")


class RefundDecided(Conflict):
    """Somebody was faster."""

    code = "fee-refund-decided"
    title = N_("This refund was decided already")
    remedy = N_("Load the page again to see how.")


class RefundNotDue(Conflict):
    """The rules of the service give nothing back now."""

    code = "fee-refund-not-due"
    title = N_("This fee is not given back")
    remedy = N_("The service gives it back in other cases only. If the agency erred, tell it so.")


class RefundTooMuch(Conflict):
    """More than what is left of what was paid."""

    code = "fee-refund-too-much"
    title = N_("Only %(left)s can be given back")
    remedy = N_("Ask for that or for less.")


class ReceiptCancelled(Conflict):
    """It was cancelled already."""

    code = "fee-receipt-cancelled"
    title = N_("This receipt was cancelled already")
    remedy = N_("Load the page again to see when and why.")


class MatterSettled(Conflict):
    """It was settled already."""

    code = "fee-matter-settled"
    title = N_("This matter was settled already")
    remedy = N_("Load the page again to see how.")


class SecondPersonForRefund(NotAllowed):
    """Who asks for a refund does not approve it."""

    code = "fee-refund-second-person"
    title = N_("Another person must decide about this refund")
    remedy = N_("You asked for it yourself. Leave it to a colleague.")


class AmountWrong(InvalidRequest):
    """Not the amount that is owed."""

    code = "fee-amount-wrong"
    title = N_("This is not the amount that is owed")
    remedy = N_("The fee is %(owed)s. Take exactly that.")


class ProofMissing(InvalidRequest):
    """The exemption wants a paper."""

    code = "fee-proof-missing"
    title = N_("A paper that proves it is missing")
    remedy = N_("Attach: %(document)s.")


class PeriodTooLong(InvalidRequest):
    """A journal of so many days is not read by anybody."""

    code = "fee-period"
    title = N_("These days cannot be used")
    remedy = N_("Choose a last day that is not before the first, and at most %(most)s days.")


class TariffOverlaps(InvalidRequest):
    """Two lines for one fee on one day."""

    code = "tariff-overlaps"
    title = N_("This line overlaps with another one")
    remedy = N_(
        "“%(other)s” holds from %(first)s until %(last)s. End that line first, or choose other days."
    )

"""The pages of clerks: queues, and the desk on which one task is worked."""

from web.clerk import (
    books,
    dossier_register,
    dossiers,
    entries,
    escalations,
    fee_journal,
    fees,
    hand_overs,
    handing,
    lateness,
    petitions,
    queues,
    receiving,
    requesting,
    supplementing,
    unmasking,
    working,
)
from web.clerk.blueprint import blueprint

__all__ = [
    "blueprint",
    "books",
    "dossier_register",
    "dossiers",
    "entries",
    "escalations",
    "fee_journal",
    "fees",
    "hand_overs",
    "handing",
    "lateness",
    "petitions",
    "queues",
    "receiving",
    "requesting",
    "supplementing",
    "unmasking",
    "working",
]

"""The pages of clerks: queues, and the desk on which one task is worked."""

from web.clerk import books, dossiers, escalations, handing, queues, unmasking, working
from web.clerk.blueprint import blueprint

__all__ = [
    "blueprint",
    "books",
    "dossiers",
    "escalations",
    "handing",
    "queues",
    "unmasking",
    "working",
]

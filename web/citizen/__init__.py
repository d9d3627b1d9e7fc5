"""The pages of applicants: fill in, attach, check, send, pay, follow."""

from web.citizen import (
    answering,
    attaching,
    claiming,
    fees,
    rating,
    requesting,
    results,
    sending,
    storing,
    tracking,
)
from web.citizen.blueprint import blueprint

__all__ = [
    "answering",
    "attaching",
    "blueprint",
    "claiming",
    "fees",
    "rating",
    "requesting",
    "results",
    "sending",
    "storing",
    "tracking",
]

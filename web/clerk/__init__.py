"""The pages of clerks: queues, and the desk on which one task is worked."""

from web.clerk import handing, queues, unmasking, working
from web.clerk.blueprint import blueprint

__all__ = ["blueprint", "handing", "queues", "unmasking", "working"]

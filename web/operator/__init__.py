"""The pages of operators: how the installation is doing, what is stuck, and mending it."""

from web.operator import deeds, groups, instances, overview, proposals, unmasking, variables
from web.operator.blueprint import blueprint

__all__ = [
    "blueprint",
    "deeds",
    "groups",
    "instances",
    "overview",
    "proposals",
    "unmasking",
    "variables",
]

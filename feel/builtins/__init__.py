"""The builtin functions of DMN 1.3 to 1.5 and the few of Camunda that models rely on, by family."""

from feel.builtins import (
    contexts,
    conversions,
    dates,
    intervals,
    lists,
    numeric,
    statistics,
    strings,
)
from feel.builtins.registry import BUILTINS, Builtin

FAMILIES = (contexts, conversions, dates, intervals, lists, numeric, statistics, strings)

__all__ = ["BUILTINS", "FAMILIES", "Builtin"]

"""The pages of administrators: agencies and units, people and roles, queues, substitutes."""

from web.admin import (
    absences,
    accounts,
    agencies,
    deciding,
    due_dates,
    handing_over,
    keys,
    overview,
    queues,
    retention,
    roles,
    setting_up,
    tariff,
    units,
    withdrawals,
)
from web.admin.blueprint import blueprint

__all__ = [
    "absences",
    "accounts",
    "agencies",
    "blueprint",
    "deciding",
    "due_dates",
    "handing_over",
    "keys",
    "overview",
    "queues",
    "retention",
    "roles",
    "setting_up",
    "tariff",
    "units",
    "withdrawals",
]

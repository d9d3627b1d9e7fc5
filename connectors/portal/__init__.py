"""The national public service portal: our statuses in its codes."""

from connectors.portal.statuses import NationalStatus, national_status

__all__ = ["NationalStatus", "national_status"]

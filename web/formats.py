"""Dates, times and amounts as readers here write them."""

from datetime import date, datetime
from decimal import Decimal

from flask import Flask
from flask_babel import format_date, format_datetime, format_decimal

from core.i18n import date_pattern
from dossiers.fees.money import written
from web.languages import current


def init_app(app: Flask) -> None:
    """Make the filters known to the templates."""
    app.jinja_env.filters.update(day=day, moment=moment, money=money, file_size=file_size)


def day(value: date | datetime | None) -> str:
    """A date, in the zone of the profile when it is a moment: 21/11/2026."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return str(format_datetime(value, date_pattern(current())))
    return str(format_date(value, date_pattern(current())))


def moment(value: datetime | None) -> str:
    """A date and time of day in the zone of the profile: 21/11/2026, 14:05."""
    if value is None:
        return ""
    return str(format_datetime(value, date_pattern(current()) + ", HH:mm"))


def money(amount: int) -> str:
    """An amount in the smallest unit of the profile's currency: 1.500.000 đồng."""
    return written(amount, current())


def file_size(size: int) -> str:
    """The size of a file in kilobytes or megabytes: 57,8 kB."""
    thousands = Decimal(size) / 1000
    amount, unit = (thousands, "kB") if thousands < 1000 else (thousands / 1000, "MB")  # noqa: PLR2004
    return f"{format_decimal(round(amount, 1))} {unit}"

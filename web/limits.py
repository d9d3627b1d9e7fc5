"""How often one address may knock at the doors that invite guessing or flooding.

The counters live in the memory of each server process: a brake, beside the accounts' own locks.
"""

from http import HTTPStatus
from typing import Final

from flask import Flask, Response
from flask_limiter.util import get_remote_address

from core.limits import ViewLimiter

FAILED_SIGN_INS: Final = "10 per minute; 100 per hour"
UPLOAD: Final = "60 per minute"
PUBLIC_CHECK: Final = "30 per minute; 300 per hour"
FILE_CHECK: Final = "10 per minute; 60 per hour"
REVOCATION: Final = "120 per minute"

limiter = ViewLimiter(get_remote_address, storage_uri="memory://")


def init_app(app: Flask) -> None:
    """Start counting."""
    limiter.init_app(app)


def is_refused_sign_in(response: Response) -> bool:
    """Only failures count: a whole office may sign in behind one address."""
    return response.status_code == HTTPStatus.UNAUTHORIZED

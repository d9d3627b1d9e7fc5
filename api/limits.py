"""How often one caller may ask. Counted in the memory of each server process."""

from flask_limiter.util import get_remote_address

from api.authentication import current_actor
from core.limits import ViewLimiter

SIGN_IN = "20/minute"
UPLOAD = "60/minute"
PIECES = "600/minute"
PUBLIC_CHECK = "60/minute"
FILE_CHECK = "20/minute"

limiter = ViewLimiter(get_remote_address, headers_enabled=True, storage_uri="memory://")


def caller() -> str:
    """Who is counted where callers are known: the actor, else the network address."""
    actor = current_actor()
    return actor.id if actor.is_known else get_remote_address()

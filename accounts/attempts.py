"""Failed sign-ins are counted per login and address together, and per address over all logins.

Whoever guesses passwords is stopped where he sits; the owner of the login, elsewhere, is not.
"""

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from accounts.errors import TooManyAttempts

WINDOW_MINUTES = 15
PER_LOGIN_AND_ADDRESS = RateLimitItemPerMinute(5, WINDOW_MINUTES)
PER_ADDRESS = RateLimitItemPerMinute(100, WINDOW_MINUTES)


class Attempts:
    """The count of one process.

    Of a login, an attempt is counted before the password is looked at, so that guessing in parallel
    gains nothing. Of an address, only failures count: a whole office may sign in from one.
    """

    def __init__(self) -> None:
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    def count(self, login: str, address: str) -> None:
        """Count one attempt; raises TooManyAttempts when no more are allowed for now."""
        within = self._limiter.test(PER_ADDRESS, address) and self._limiter.hit(
            PER_LOGIN_AND_ADDRESS, login, address
        )
        if not within:
            raise TooManyAttempts(minutes=WINDOW_MINUTES)

    def failed(self, address: str) -> None:
        """Count a failure of whatever login from this address."""
        self._limiter.hit(PER_ADDRESS, address)

    def forget(self, login: str, address: str) -> None:
        """Forgive earlier failures of this login from this address: the password was right."""
        self._limiter.clear(PER_LOGIN_AND_ADDRESS, login, address)

"""Waking those who wait for jobs: workers of this process, and long polls of programs outside."""

from threading import Condition, Event


class Wake(Event):
    """An event for the workers, which clear it, that also counts: any number can wait for the next."""

    def __init__(self) -> None:
        super().__init__()
        self._arrivals = Condition()
        self.count = 0

    def set(self) -> None:
        """There may be work."""
        super().set()
        with self._arrivals:
            self.count += 1
            self._arrivals.notify_all()

    def wait_past(self, count: int, timeout: float) -> bool:
        """Wait for one more `set` than had been counted; False when none came in these seconds."""
        with self._arrivals:
            return self._arrivals.wait_for(lambda: self.count > count, timeout)

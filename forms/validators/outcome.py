"""How a validator says no."""

from typing import Any


class Unacceptable(Exception):  # it carries an answer's message, it is no failure
    """The answer is refused: a message id (marked with N_) that may use `%(label)s`."""

    def __init__(self, message: str, **params: Any) -> None:
        self.message, self.params = message, params
        super().__init__(message)

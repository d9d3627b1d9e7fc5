"""How often callers may ask for what is limited."""

from flask_limiter import Limiter


class ViewLimiter(Limiter):
    """Limits only views that say so: they count by themselves, so other requests pay nothing."""

    def _check_request_limit(
        self, callable_name: str | None = None, in_middleware: bool = True
    ) -> None:
        if not in_middleware:
            super()._check_request_limit(callable_name, in_middleware)

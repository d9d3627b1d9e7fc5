"""Pages for those who look after programs: keys, scopes, quotas, the last calls."""

from web.integrator import programs  # noqa: F401  it hangs itself on the blueprint
from web.integrator.blueprint import blueprint

__all__ = ["blueprint"]

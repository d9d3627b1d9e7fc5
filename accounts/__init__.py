"""People, organisations, roles and tokens, and the one table that says who may do what."""

from accounts import department_models as _department_tables  # noqa: F401  their metadata
from accounts import models as _tables  # noqa: F401  likewise
from accounts import proof_models as _proof_tables  # noqa: F401  likewise
from accounts.clients import models as _client_tables  # noqa: F401  likewise
from accounts.guests import models as _guest_tables  # noqa: F401  likewise
from accounts.representing import models as _representing_tables  # noqa: F401  likewise
from accounts.runtime import init_app, runtime

__all__ = ["init_app", "runtime"]

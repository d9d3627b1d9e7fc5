"""One module per resource."""

from api.resources import (
    documents,
    dossiers,
    keys,
    me,
    payments,
    portal,
    register,
    services,
    tasks,
    tokens,
)

RESOURCES = (
    tokens.resource,
    keys.resource,
    me.resource,
    services.resource,
    dossiers.resource,
    documents.resource,
    payments.resource,
    tasks.resource,
    register.resource,
    portal.resource,
)
"""Everything that the OpenAPI document describes, in its order."""

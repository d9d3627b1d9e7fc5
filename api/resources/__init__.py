"""One module per resource."""

from api.resources import (
    clients,
    documents,
    dossiers,
    external_jobs,
    incidents,
    instances,
    interventions,
    keys,
    me,
    messages,
    migrations,
    payments,
    portal,
    register,
    services,
    settings,
    tasks,
    tokens,
)

RESOURCES = (
    tokens.resource,
    keys.resource,
    me.resource,
    clients.resource,
    services.resource,
    dossiers.resource,
    external_jobs.resource,
    messages.resource,
    documents.resource,
    payments.resource,
    tasks.resource,
    incidents.resource,
    instances.resource,
    interventions.resource,
    migrations.resource,
    settings.resource,
    register.resource,
    portal.resource,
)
"""Everything that the OpenAPI document describes, in its order."""

"""One module per resource."""

from api.resources import keys, me, tokens

RESOURCES = (tokens.resource, keys.resource, me.resource)
"""Everything that the OpenAPI document describes, in its order."""

"""People, organisations, roles and tokens, and the one table that says who may do what."""

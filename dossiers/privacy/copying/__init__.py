"""A person's own copy of everything kept about him: one ZIP of pages, JSON and his documents."""

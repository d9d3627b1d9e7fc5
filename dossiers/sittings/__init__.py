"""A leader's sitting: many results decided and signed after one look and one confirmation."""

"""Results that stay provable for good: each gets a copy with its own proofs, renewed in time."""

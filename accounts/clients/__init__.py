"""Programs that call us: their keys, what proves who they are, their quotas and last calls."""

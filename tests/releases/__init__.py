"""One small backup of every released version, with dossiers that were open then."""

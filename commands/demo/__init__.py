"""One dossier driven through the running site by its public API, as others would do it."""

"""Service packs: what a public service is, read from a folder, checked, versioned by its content."""

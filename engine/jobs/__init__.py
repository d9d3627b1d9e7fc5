"""Jobs: work outside the step, or later; one table, one claim protocol, many workers."""

"""Reads BPMN 2.0 in the Camunda 8 dialect; what would not run as drawn is refused, with its place."""

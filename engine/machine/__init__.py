"""The machine that walks a process: no database, no clock of its own, no Python of a model.

It stands on SpiffWorkflow's core (`Task` and its states, `TaskSpec` and its hooks, `Workflow`). A
token is a Task. Only live tokens exist: a finished one is taken out of the tree and its followers
stand in its place, so that state and time of a step follow what is open, not what is done.
"""

"""Mutation: small faults put into a pack, each of which some scenario must notice."""

from studio.mutation.mutants import Mutant
from studio.mutation.running import Report, run_mutants
from studio.mutation.sites import mutants_of
from studio.mutation.trying import Fate, Verdict

__all__ = ["Fate", "Mutant", "Report", "Verdict", "mutants_of", "run_mutants"]

"""Mutation: small faults put into a pack, each of which some scenario must notice."""

from studio.mutation.mutants import Mutant
from studio.mutation.running import Fate, Report, Verdict, run_mutants
from studio.mutation.sites import mutants_of

__all__ = ["Fate", "Mutant", "Report", "Verdict", "mutants_of", "run_mutants"]

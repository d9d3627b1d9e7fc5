"""The console command `motcua`: what an operator does with an installation from its shell."""

"""Who handed a dossier to whom, and when it was taken: the control sheet and the register."""

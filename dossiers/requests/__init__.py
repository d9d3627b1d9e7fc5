"""What an authority and an applicant ask of each other about an open dossier, and what is answered."""

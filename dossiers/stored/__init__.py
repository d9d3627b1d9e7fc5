"""What is stored for dossiers as a whole: checked against what the database says, and held."""

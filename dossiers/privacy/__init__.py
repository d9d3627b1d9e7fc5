"""What the law asks of personal data: holds, retention, pseudonyms, and a person's own copy."""

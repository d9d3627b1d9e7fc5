"""Acting for others: organisations with their members and invitations, mandates of people."""

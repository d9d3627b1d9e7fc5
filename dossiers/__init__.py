"""The case: applicant, legal clock, status, fees, documents, numbering and the public register."""

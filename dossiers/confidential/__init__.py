"""Data about people that only who works the task sees for which it was asked: a judicial record.

It comes from another system as the answer to an enquiry, sealed before it is stored, or as a paper of a
kind that the service calls confidential. The process learns that it is there and where it came from.
"""

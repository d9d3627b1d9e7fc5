"""Use of a service without an account: a mailed link, and a second fact that only the person knows."""

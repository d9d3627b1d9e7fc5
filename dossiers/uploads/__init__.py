"""Files from outside: quarantine, checking, and what becomes of them."""

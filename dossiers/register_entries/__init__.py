"""The life of an entry of the register: what was changed when, what follows, who may have a copy."""

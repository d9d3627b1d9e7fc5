"""The record's daily seal: one Merkle root over the ends of all chains, signed, stamped, copied away.

Whoever rewrites the record afterwards would have to rewrite copies that are locked, and a timestamp
that another authority signed. `verifying` says where the record differs from what was sealed;
`proving` shows that one dossier's record is part of it, without showing any other.
"""

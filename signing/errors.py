"""What can go wrong while something is sealed. Verification never raises: it reports.

InvalidRequest
├── DocumentRefused        the document cannot be sealed as it is
├── AgencyIdRefused        an agency id that cannot name a key
├── KeyRefused             a key that cannot be filed: unreadable, of another kind, filed already
└── SignerAddressRefused   the address of a signer cannot be read, or would send secrets in the clear
Conflict
├── PreparedDamaged        what was kept between preparing and embedding is not what was prepared
├── SignatureDoesNotMatch  a signature of another key, or over something else
└── KeyMayNotSign          retired, compromised, revoked, not valid now, not for this, from a stranger
Unavailable
├── TimestampUnavailable   the time-stamping authority does not answer, or answers wrongly
├── EvidenceMissing        nothing published yet that is younger than the signature to be archived
├── SealKeyMissing         the key that is to seal is not here, or not valid now
├── RevocationUnknown      the authority does not say whether the certificate was revoked
├── NoKeyMaySign           none of the keys that were brought here may sign now
├── SecretMissing          a password or PIN is not where the key's entry says
├── SignerUnavailable      the signer does not answer, answers wrongly, or refuses us
└── AnswerComesLater       a person must approve: this is signed by a step that waits
NotAllowed
└── CallbackRefused        somebody pretends to be a signer
"""

from core.errors import N_, Conflict, InvalidRequest, NotAllowed, Unavailable


class DocumentRefused(InvalidRequest):
    """The bytes are not a document of the expected kind, or already carry what would be added."""

    code = "document-cannot-be-sealed"
    title = N_("This document cannot be sealed")
    remedy = N_("It was refused because: %(reason)s. Make the document again and seal the new one.")


class AgencyIdRefused(InvalidRequest):
    """Keys are filed under the agency's id, so not every character will do."""

    code = "agency-id-refused"
    title = N_("The agency id “%(id)s” cannot name a key")
    remedy = N_("Use at most 64 letters, digits, dots, hyphens or underscores.")


class SealKeyMissing(Unavailable):
    """The key that was settled for an agency is not in this server's key table, or not valid now."""

    code = "seal-key-missing"
    title = N_("The agency has no valid key with the serial number %(serial)s")
    remedy = N_("Nothing was sealed. Bring the key to every server, or settle another one.")


class EvidenceMissing(Unavailable):
    """Nothing that an authority published is younger than the signature yet, or it does not answer."""

    code = "revocation-evidence-missing"
    title = N_("An authority has not yet published whether the certificate was revoked")
    remedy = N_("Nothing was archived. It is tried again; if this lasts, ask the authority.")


class TimestampUnavailable(Unavailable):
    """No timestamp, no seal: the document waits."""

    code = "timestamp-unavailable"
    title = N_("The time-stamping authority gave no timestamp")
    remedy = N_("Nothing was sealed. It is tried again; if this lasts, check timestamp_url.")


class KeyRefused(InvalidRequest):
    """A key or certificate that is not accepted into the key table."""

    code = "key-refused"
    title = N_("This key cannot be used here")
    remedy = N_("It was refused because: %(reason)s.")


class SignerAddressRefused(InvalidRequest):
    """The provider's address in the key table cannot be read."""

    code = "signer-address-refused"
    title = N_("The address of the signer cannot be used")
    remedy = N_("It was refused because: %(reason)s. docs/signers.md shows how it is written.")


class PreparedDamaged(Conflict):
    """The document, its digest and what will be signed no longer belong together."""

    code = "prepared-document-damaged"
    title = N_("The prepared document is not what was prepared")
    remedy = N_("Nothing was signed. Prepare the document again.")


class SignatureDoesNotMatch(Conflict):
    """The raw signature was not made by this certificate's key over this document."""

    code = "signature-does-not-match"
    title = N_("The signature belongs to another document or another key")
    remedy = N_("It was not used. Check which key the signer uses, then sign again.")


class KeyMayNotSign(Conflict):
    """The key or its certificate may not sign at this moment; `kid` names it."""

    code = "key-may-not-sign"
    title = N_("The key %(kid)s may not sign")
    remedy = N_("Nothing was signed. Use another key.")


class KeyRetired(KeyMayNotSign):
    """Somebody took the key out of use."""

    code = "key-retired"
    title = N_("The key %(kid)s was retired")


class KeyCompromised(KeyMayNotSign):
    """Somebody else may have the key."""

    code = "key-compromised"
    title = N_("The key %(kid)s is compromised")


class CertificateNotValidNow(KeyMayNotSign):
    """Too early or too late."""

    code = "certificate-not-valid-now"
    title = N_("The certificate of the key %(kid)s is not valid now")


class CertificateWrongPurpose(KeyMayNotSign):
    """The certificate was issued for something else than signing documents."""

    code = "certificate-wrong-purpose"
    title = N_("The certificate of the key %(kid)s is not for signing documents")


class CertificateRevoked(KeyMayNotSign):
    """Its authority took it back."""

    code = "certificate-revoked"
    title = N_("The certificate of the key %(kid)s was revoked")


class CertificateFromStranger(KeyMayNotSign):
    """No authority that is believed here issued it, so nobody would believe what it signs."""

    code = "certificate-from-stranger"
    title = N_("The certificate of the key %(kid)s is from an authority that is not trusted here")
    remedy = N_("Nothing was signed. Add its root to the trust list, then try again.")


class RevocationUnknown(Unavailable):
    """The authority does not say now whether it took the certificate back."""

    code = "revocation-unknown"
    title = N_("Nobody says now whether the certificate of the key %(kid)s was revoked")
    remedy = N_("Nothing was signed. It is tried again; if this lasts, ask the authority.")


class NoKeyMaySign(Unavailable):
    """Keys were brought for this holder, and none is active and valid: none is made in their stead."""

    code = "no-key-may-sign"
    title = N_("No key of %(holder)s may sign now")
    remedy = N_("Nothing was signed. Renew the certificate, or register another key.")


class SecretMissing(Unavailable):
    """The reference to a secret leads nowhere; the secret itself is never named."""

    code = "signer-secret-missing"
    title = N_("A password or PIN of a signer is missing")
    remedy = N_("Nothing was signed. Set what %(reference)s refers to, on every server.")


class SignerUnavailable(Unavailable):
    """The provider of a key gave no signature."""

    code = "signer-unavailable"
    title = N_("The signer gave no signature")
    remedy = N_(
        "Nothing was signed: %(reason)s. It is tried again; if this lasts, ask its provider."
    )


class CallbackRefused(NotAllowed):
    """What came is not from the signer, or was changed on its way."""

    code = "callback-refused"
    title = N_("This is not from the signer")
    remedy = N_("Nothing was changed. Check the secret that both sides share, and its header.")


class AnswerComesLater(Unavailable):
    """A key that waits for a person was used where nobody can wait."""

    code = "signature-comes-later"
    title = N_("This key signs only after somebody has approved")
    remedy = N_("Use it in a step that waits for its answer, or settle another key.")

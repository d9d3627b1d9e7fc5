"""What may be done to a PDF after a signature: sign it again, and add proofs. Nothing is filled in."""

from typing import Final

from pyhanko.sign.diff_analysis import (
    CatalogModificationRule,
    DocInfoRule,
    DSSCompareRule,
    FormUpdatingRule,
    MetadataUpdateRule,
    ModificationLevel,
    ObjectStreamRule,
    SigFieldCreationRule,
    SigFieldModificationRule,
    StandardDiffPolicy,
    XrefStreamRule,
)

_STORE: Final = [
    CatalogModificationRule(),
    XrefStreamRule().as_qualified(ModificationLevel.LTA_UPDATES),
    ObjectStreamRule().as_qualified(ModificationLevel.LTA_UPDATES),
    DSSCompareRule().as_qualified(ModificationLevel.LTA_UPDATES),
]
_SIGNATURE_FIELDS: Final = FormUpdatingRule(
    field_rules=[SigFieldCreationRule(), SigFieldModificationRule()]
)
# Other programs note in the metadata that they signed; whoever signs next covers that.
BETWEEN_SIGNATURES: Final = StandardDiffPolicy(
    global_rules=[
        *_STORE,
        DocInfoRule().as_qualified(ModificationLevel.LTA_UPDATES),
        MetadataUpdateRule().as_qualified(ModificationLevel.LTA_UPDATES),
    ],
    form_rule=_SIGNATURE_FIELDS,
)
# What nobody signed any more may be a store of evidence, whose parts are signed by themselves.
AFTER_THE_LAST: Final = StandardDiffPolicy(global_rules=_STORE, form_rule=_SIGNATURE_FIELDS)

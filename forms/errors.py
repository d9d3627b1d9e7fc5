"""What can be wrong with a form, and with the answers to it.

InvalidRequest
├── AnswersInvalid            the answers; `fields` maps each path to its messages
└── FormBroken                the form itself; found when it is deployed, never by a citizen
    ├── FormUnreadable        no JSON, or not a form-js form
    ├── FormTooNew            a schema version that we do not know
    ├── ComponentTypeUnknown  a kind of component that we cannot draw and check
    ├── ComponentIdMissing
    ├── ComponentIdTwice
    ├── KeyUnfit              no key, or one that FEEL cannot name
    ├── KeyTwice              two components write the same answer
    ├── PropertyUnfit         a property whose value makes no sense
    ├── TextComputed          a label or hint with FEEL in it
    ├── OptionsUnfit          a choice without options, or with the same one twice
    ├── WidgetUnknown         no validator is registered under this name
    ├── ExpressionBroken      FEEL that cannot be read
    ├── ExpressionDangling    FEEL that names an answer which the form does not have
    ├── ConditionsCircular    conditions that wait for each other
    └── TranslationDangling   a text for a component that the form does not have
"""

from core.errors import N_, InvalidRequest


class AnswersInvalid(InvalidRequest):
    """Some answers cannot be accepted; `fields` holds messages in the caller's language."""

    code = "invalid-answers"
    title = N_("There is a problem with the answers")
    remedy = N_("Correct the fields named below and send again.")


class FormBroken(InvalidRequest):
    """Base: every fault names the `file` and the `component` (its id, empty for the whole form)."""

    code = "form-broken"
    title = N_("The form %(file)s cannot be used")
    remedy = N_("Correct the form in the form editor and deploy again.")


class FormUnreadable(FormBroken):
    """The file is no JSON, or no form."""

    code = "form-unreadable"
    title = N_("The form %(file)s cannot be read: %(reason)s")
    remedy = N_("Save it from the form editor as a form-js file with a list of components.")


class FormTooNew(FormBroken):
    """The form was saved by a newer form-js."""

    code = "form-too-new"
    title = N_("The form %(file)s has schema version %(version)s")
    remedy = N_("Save it with form-js 1.x: schema versions up to %(newest)s are understood.")


class ComponentTypeUnknown(FormBroken):
    """A component of a kind that is not drawn and checked here."""

    code = "form-component-type"
    title = N_("%(file)s: the component “%(component)s” is of the unknown type “%(type)s”")
    remedy = N_("Use one of: %(known)s.")


class ComponentIdMissing(FormBroken):
    """Translations and errors are linked by id, so every component needs one."""

    code = "form-component-id-missing"
    title = N_("%(file)s: a component of type “%(type)s” has no id")
    remedy = N_("Give it an id of letters, digits, hyphens and underscores.")


class ComponentIdTwice(FormBroken):
    """Two components with one id."""

    code = "form-component-id-twice"
    title = N_("%(file)s: two components have the id “%(component)s”")
    remedy = N_("Give one of them another id.")


class KeyUnfit(FormBroken):
    """The key of an answer is missing or cannot stand in an expression."""

    code = "form-key-unfit"
    title = N_("%(file)s: the component “%(component)s” has no usable key (“%(key)s”)")
    remedy = N_(
        "Give it a key of letters, digits and underscores that begins with a letter; "
        "for nested answers use a group with a path."
    )


class KeyTwice(FormBroken):
    """Two components beside each other write the same answer."""

    code = "form-key-twice"
    title = N_("%(file)s: the component “%(component)s” has a key that is taken: “%(key)s”")
    remedy = N_("Give it another key, or put it into a group with a path of its own.")


class PropertyUnfit(FormBroken):
    """A property has a value that makes no sense here."""

    code = "form-property-unfit"
    title = N_("%(file)s: “%(property)s” of the component “%(component)s” cannot be “%(value)s”")
    remedy = N_("Expected here: %(expected)s.")


class TextComputed(FormBroken):
    """A label or hint holds FEEL: what citizens read must not depend on data they cannot see."""

    code = "form-text-computed"
    title = N_("%(file)s: “%(property)s” of the component “%(component)s” is an expression")
    remedy = N_("Write plain text without a leading equals sign and without {{ }}.")


class OptionsUnfit(FormBroken):
    """A choice needs options, each with a text value of its own."""

    code = "form-options-unfit"
    title = N_("%(file)s: the options of “%(component)s” cannot be used")
    remedy = N_("List at least one option; each needs a label and a text value used only once.")


class WidgetUnknown(FormBroken):
    """The custom property `widget` names nothing that is registered."""

    code = "form-widget-unknown"
    title = N_("%(file)s: the component “%(component)s” has the unknown widget “%(widget)s”")
    remedy = N_("Use one of: %(known)s.")


class ExpressionBroken(FormBroken):
    """FEEL that cannot be read; `reason` holds place and cause."""

    code = "form-expression-broken"
    title = N_("%(file)s: the expression of “%(component)s” cannot be read: %(reason)s")
    remedy = N_("Correct “%(expression)s”; it begins with an equals sign and is written in FEEL.")


class ExpressionDangling(FormBroken):
    """FEEL that names something which is not there."""

    code = "form-expression-dangling"
    title = N_("%(file)s: the expression of “%(component)s” uses the unknown name “%(name)s”")
    remedy = N_("Use the key of an answer of this form; known here: %(known)s.")


class ExpressionNull(FormBroken):
    """FEEL with a part that never has a value, whatever people answer."""

    code = "form-expression-null"
    title = N_("%(file)s: in “=%(expression)s” of “%(component)s”, %(reason)s")
    remedy = N_("%(advice)s An answer to a date or time question is text here.")


class ConditionsCircular(FormBroken):
    """Conditions or computed answers that depend on each other in a circle."""

    code = "form-conditions-circular"
    title = N_("%(file)s: the expressions of these components depend on each other: %(circle)s")
    remedy = N_("Let one of them depend on other answers only.")


class TranslationDangling(FormBroken):
    """A sidecar has a text for a component that does not exist."""

    code = "form-translation-dangling"
    title = N_(
        "%(file)s: the translation “%(language)s” has a text for the unknown “%(component)s”"
    )
    remedy = N_("Remove that text, or correct the component's id.")

"""What can be wrong with a service pack.

InvalidRequest
└── PackBroken             a file of the pack cannot be used; names the file and the fault
NotFound
└── ServiceUnknown         no such service is deployed
"""

from core.errors import N_, InvalidRequest, NotFound


class PackBroken(InvalidRequest):
    """A file of a service pack cannot be used."""

    code = "service-pack-broken"
    title = N_("The service cannot be deployed: %(file)s")
    remedy = N_(
        "%(fault)s Correct the file and try again; a version that is deployed goes on unchanged."
    )


class ServiceUnknown(NotFound):
    """No service of that key is deployed here."""

    code = "service-unknown"
    title = N_("There is no service “%(service)s” here")
    remedy = N_("Choose a service from the list of services.")

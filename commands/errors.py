"""What can go wrong at the console.

InvalidRequest
├── ArchiveDamaged         a backup that is incomplete or was changed
├── ArchiveTooNew          a backup made by a later version of the program
├── WorkerNeedsPostgres    a second process on an embedded database
├── SettingsPageStale      docs/settings.md does not say what the code says
├── LettersPageStale       docs/letters.md does not list the names that letters have
├── MappingUnreadable      a pair of elements that is not written OLD=NEW
├── ContextUnreadable      the variables for an expression or a decision are no JSON object
├── ServiceKeyInvalid      a name that no service can have
├── DecisionsFaulty        a decision model needs mending
├── ServicesRefused        services of the catalogue that cannot be offered
├── ScenariosFailed        a service does not do what its scenarios say
└── FaultsUnnoticed        scenarios let too many faults pass
Conflict
├── ServiceFolderExists    a new service would overwrite another one
├── TargetNotEmpty         a restore would overwrite something
├── DatabaseNotCurrent     the tables are not those of this version
├── SandboxNotStarted      a sandbox's port is taken
└── AddressInUse           another program listens where the site shall
Unavailable
├── SiteNotRunning         the demo finds nobody at the site's address
└── DemoFailed             the running site did not do what the demo expects
"""

from core.errors import N_, Conflict, InvalidRequest, Unavailable


class ArchiveDamaged(InvalidRequest):
    """A backup that is incomplete, was changed, or is no backup at all."""

    code = "backup-damaged"
    title = N_("The backup cannot be used: %(fault)s")
    remedy = N_("Nothing was changed. Use another copy of the backup, or an older one.")


class ArchiveTooNew(InvalidRequest):
    """A backup made by a later version of the program."""

    code = "backup-too-new"
    title = N_("The backup was made by a later version of Motcua (%(version)s)")
    remedy = N_("Nothing was changed. Install that version, or a later one, and restore again.")


class SettingsPageStale(InvalidRequest):
    """The page of settings does not say what the code says."""

    code = "settings-page-stale"
    title = N_("%(page)s does not list the settings as core/config.py has them")
    remedy = N_("Run “motcua settings-reference” and commit the page.")


class LettersPageStale(InvalidRequest):
    """The page of letters was not made anew after their context changed."""

    code = "letters-page-stale"
    title = N_("%(page)s does not list the names of letters as the code has them")
    remedy = N_("Run “motcua letter-reference” and commit the page.")


class AuthorizationPageStale(InvalidRequest):
    """The page of rights was not made anew after the policy table changed."""

    code = "authorization-page-stale"
    title = N_("%(page)s does not list the rights as accounts/policy.py has them")
    remedy = N_("Run “motcua authorization-reference” and commit the page.")


class WorkerNeedsPostgres(InvalidRequest):
    """A worker process on the embedded database, which has one process only."""

    code = "worker-needs-postgresql"
    title = N_("The embedded database has one process only: the site, which works its jobs itself")
    remedy = N_("Set MOTCUA_DATABASE_URL to a PostgreSQL, or MOTCUA_EMBEDDED_WORKERS for the site.")


class MappingUnreadable(InvalidRequest):
    """A pair of elements that is not written OLD=NEW."""

    code = "mapping-unreadable"
    title = N_("“%(text)s” is no pair of elements")
    remedy = N_("Write it as OLD=NEW, such as --map desk_check=first_check.")


class ContextUnreadable(InvalidRequest):
    """The variables for an expression or a decision are no JSON object."""

    code = "context-unreadable"
    title = N_("The context cannot be read: %(reason)s")
    remedy = N_('Write a JSON object, such as {"age": 30}, or @ and the name of a file with one.')


class DecisionsFaulty(InvalidRequest):
    """A decision model needs mending before it can be deployed."""

    code = "decisions-faulty"
    title = N_("Errors that must be mended: %(errors)s")
    remedy = N_("Mend them in the modeler and check again.")


class TargetNotEmpty(Conflict):
    """A restore would overwrite something."""

    code = "restore-target-not-empty"
    title = N_("There is something here already: %(found)s")
    remedy = N_("Nothing was changed. Restore elsewhere, or add --replace to lose what is here.")


class DatabaseNotCurrent(Conflict):
    """The tables are not those of this version."""

    code = "database-not-current"
    title = N_("The database is at revision %(revision)s, this version needs %(newest)s")
    remedy = N_("Run “motcua db upgrade” first.")


class SandboxNotStarted(Conflict):
    """A sandbox server could not be started."""

    code = "sandbox-not-started"
    title = N_("The sandbox %(module)s cannot listen on port %(port)s")
    remedy = N_("End what else listens there, or set another address; docs/settings.md says how.")


class AddressInUse(Conflict):
    """Another program listens where the site, or one of its sandboxes, is to listen."""

    code = "address-in-use"
    title = N_("Another program listens at %(address)s")
    remedy = N_("End it, or take another port, for example: %(setting)s=%(example)s make run")


class SiteNotRunning(Unavailable):
    """The demo finds nobody at the site's address."""

    code = "site-not-running"
    title = N_("Nobody answers at %(address)s")
    remedy = N_("Start the site with “make run” in another terminal, then run the demo again.")


class DemoFailed(Unavailable):
    """The running site did not do what the demo expects."""

    code = "demo-failed"
    title = N_("The demo failed at “%(step)s”: %(reason)s")
    remedy = N_("Look at what the site wrote in its terminal.")


class ServicesRefused(InvalidRequest):
    """Services of the catalogue cannot be offered; the others are."""

    code = "services-refused"
    title = N_("Services that are not offered: %(services)s")
    remedy = N_(
        "What is wrong with each stands above. The others are offered; mend these and go on."
    )


class ScenariosFailed(InvalidRequest):
    """A service does not do what its scenarios say."""

    code = "scenarios-failed"
    title = N_("Scenarios that failed: %(failed)s")
    remedy = N_("Correct the service or the scenarios; what differs stands above.")


class FaultsUnnoticed(InvalidRequest):
    """Scenarios let too many faults pass."""

    code = "faults-unnoticed"
    title = N_("Only %(percentage)s %% of the faults were noticed, less than %(least)s %%")
    remedy = N_(
        "Write scenarios that expect what the faults change, or give the reason why nobody could"
        " see it in scenarios/equivalent-mutants.yaml."
    )


class ServiceKeyInvalid(InvalidRequest):
    """A name that no service can have."""

    code = "service-key-invalid"
    title = N_("“%(key)s” cannot be the key of a service")
    remedy = N_("Write words in lower case, joined by “-”, such as first-aid-point.")


class ServiceFolderExists(Conflict):
    """A new service would overwrite another one."""

    code = "service-folder-exists"
    title = N_("The folder %(folder)s exists already")
    remedy = N_("Choose another key, or another folder with --into.")

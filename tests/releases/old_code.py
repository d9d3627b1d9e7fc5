"""Finishes open dossiers with the code of another folder: `python old_code.py TREE MOMENT`, settings by
environment. Nothing of the house is imported before that folder stands first.
"""

import os
import runpy
import sys
from datetime import datetime
from pathlib import Path

FINISHING = Path(__file__).with_name("finishing.py")


def finish(tree: str, moment: str) -> None:
    """Bring every dossier to its end as the code in `tree` does it."""
    sys.path.insert(0, tree)
    os.chdir(tree)
    import core
    from core import clock
    from core.config import Settings
    from engine import run_due_jobs
    from wsgi import create_app

    assert core.__file__ is not None
    assert core.__file__.startswith(tree), "the wrong code was found first"
    steps = runpy.run_path(str(FINISHING))
    app = create_app(Settings.from_environment())
    with app.app_context(), clock.at(datetime.fromisoformat(moment)):
        for deed in ("submit_drafts", "pay_fees", "reply_to_requests"):
            steps[deed]()
            run_due_jobs(app)
        for login, form in (("motcua", steps["DESK"]), ("chuyenvien", steps["POST_CHECK"])):
            steps["work_queue"](login, form)
            run_due_jobs(app)


if __name__ == "__main__":
    finish(*sys.argv[1:])

"""Run the sandbox as a process of its own; `MOTCUA_PAYMENT_SECRET` is the shared secret."""

import os

from connectors.payment.sandbox.server import create_sandbox
from connectors.sandbox import serve

if __name__ == "__main__":
    serve(
        create_sandbox(
            os.environ.get("MOTCUA_PAYMENT_SECRET", "sandbox-secret"),
            os.environ.get("MOTCUA_PAYMENT_DIGEST", "sha256"),
        ),
        "payment platform sandbox",
    )

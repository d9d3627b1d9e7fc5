"""Run the sandbox as a process of its own; `MOTCUA_IDENTITY_SECRET` is the clients' secret."""

import os

from connectors.identity.sandbox.server import create_sandbox
from connectors.sandbox import serve

if __name__ == "__main__":
    secret = os.environ.get("MOTCUA_IDENTITY_SECRET", "sandbox-secret")
    serve(create_sandbox(secret), "identity provider sandbox")

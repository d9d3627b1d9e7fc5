"""Run the sandbox as a process of its own."""

from connectors.enterprise.sandbox.server import create_sandbox
from connectors.sandbox import serve

if __name__ == "__main__":
    serve(create_sandbox(), "enterprise register sandbox")

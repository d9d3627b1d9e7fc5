"""Programs of the system that some tests need: Chromium, poppler, xmlsec1."""

import os
import shutil

import pytest


def program(name: str) -> str:
    """The path of a program. Without it a test is skipped, except on CI, where it fails."""
    path = shutil.which(name)
    if path is not None:
        return path
    if os.environ.get("CI"):
        pytest.fail(f"{name} is not installed; .ci/run installs it")
    pytest.skip(f"needs {name}")

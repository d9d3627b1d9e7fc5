"""The installation of the tests of cases, with people who come to the desk."""

from tests.dossiers.conftest import installation

__all__ = ["installation"]

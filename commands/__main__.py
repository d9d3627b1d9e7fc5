"""`python -m commands` is `motcua`."""

from commands.main import main

main()

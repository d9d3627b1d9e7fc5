"""Run the sandbox as a process of its own: SMTP on the given port, a page of the mails on the next."""

from connectors.notify.sandbox.server import main

if __name__ == "__main__":
    main()

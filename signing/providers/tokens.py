"""Sessions with hardware: one for each token in each process, opened when it is first needed."""

import os
import threading
from contextlib import suppress
from functools import cached_property, lru_cache
from typing import Any

import pkcs11
from pkcs11 import ObjectClass, PKCS11Error

from signing.providers.wrong_secrets import WrongSecret
from signing.secrets import secret


class Module:
    """The library that speaks for some hardware; `began` changes whenever its sessions are void."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._process = os.getpid()
        self.began = 0
        self.lock = threading.RLock()

    def look(self) -> None:
        """Begin anew after a fork: what a parent process opened is not ours."""
        if self._process != os.getpid():
            self.restart()

    def token(self, wanted: dict[str, Any]) -> Any:
        """A token by label or serial number; raises PKCS11Error."""
        return self._library.get_token(**wanted)

    def restart(self) -> None:
        """Begin anew, so that tokens are seen that were plugged in or came back."""
        # Some modules notice a fork by themselves and say that there is nothing to end.
        with suppress(PKCS11Error):
            self._library.finalize()
        self._library.initialize()
        self._process = os.getpid()
        self.began += 1

    @cached_property
    def _library(self) -> Any:
        return pkcs11.lib(self._path)


class Token:
    """A token with the reference to its PIN, and our session with it."""

    def __init__(self, module: Module, wanted: dict[str, Any], pin_source: str) -> None:
        self._module = module
        self._wanted = wanted
        self._pin_source = pin_source
        self._session: Any = None
        self._keys: dict[tuple[str, bytes], Any] = {}
        self._began = 0
        self._wrong_pin = WrongSecret()
        self.lock = module.lock

    def key(self, label: str, number: bytes) -> Any:
        """A private key by its label, its id, or both, found once in each session.

        Raises PKCS11Error, SecretMissing or SignerUnavailable.
        """
        session = self.session()
        if (label, number) not in self._keys:
            self._keys[label, number] = session.get_key(
                ObjectClass.PRIVATE_KEY, label=label or None, id=number or None
            )
        return self._keys[label, number]

    def session(self) -> Any:
        """An open session; errors as in `key`."""
        self._module.look()
        if self._session is None or self._began != self._module.began:
            self._keys.clear()
            self._session, self._began = self._opened(), self._module.began
        return self._session

    def begin_anew(self) -> None:
        """Forget every session with this hardware; raises PKCS11Error."""
        self._session = None
        self._module.restart()

    def _opened(self) -> Any:
        pin = secret(self._pin_source)
        self._wrong_pin.look(pin)
        found = self._module.token(self._wanted)
        try:
            return found.open(user_pin=pin)
        except pkcs11.UserAlreadyLoggedIn:
            return found.open()
        except (pkcs11.PinIncorrect, pkcs11.PinInvalid, pkcs11.PinLenRange) as error:
            raise self._wrong_pin.refused(pin) from error


@lru_cache(maxsize=64)
def token(module: str, label: str, serial: str, pin_source: str) -> Token:
    """The token by its label, its serial number, or both."""
    named = {"token_label": label, "token_serial": serial.encode()}
    wanted = {name: value for name, value in named.items() if value}
    return Token(_module(module), wanted, pin_source)


@lru_cache(maxsize=16)
def _module(path: str) -> Module:
    return Module(path)

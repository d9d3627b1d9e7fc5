"""Running what the libraries below us offer only as coroutines."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

Result = TypeVar("Result")


def result_of(coroutine: Coroutine[Any, Any, Result]) -> Result:
    """What a coroutine returns.

    asyncio.run words the result for a message that nobody reads (enum, in signal.signal), and wording
    a certificate or a signature encodes all of it: a fifth of a seal's time.
    """
    found: list[Result] = []

    async def keep() -> None:
        found.append(await coroutine)

    asyncio.run(keep())
    return found[0]

"""What a source can be asked for, and what comes back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from loaders.fetching.context import Pull


@dataclass(frozen=True)
class Received:
    """One answer as received, under the name that a person would have saved it with.

    What the answer itself lacks (a song, a video) stands in its name. account: only where neither says it.
    """

    name: str
    content: bytes | Path
    account: str | None = None
    folder: str = ""


@dataclass(frozen=True)
class Feed:
    """One thing to fetch. It lands as it comes, and fails on its own.

    via: through the browser's pages, or through the platform's API.
    needs: environment names of the credentials without which it is not set up.
    limits: whose calls the platform counts: each account's, or the source's, where one application asks for all.
    """

    name: str
    fetch: Callable[[Pull], Iterator[Received]]
    via: Literal["browser", "api"]
    needs: tuple[str, ...] = ()
    limits: Literal["account", "source"] = "account"

"""What a source can be asked for, and what comes back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from common.settings import Settings
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


def accounts_of(settings: Settings, module: ModuleType, account: str | None = None) -> tuple[str, ...]:
    """The accounts to fetch: the one that was asked for, else those that are configured, else `main`."""
    if account:
        return (getattr(module, "resolve_account", str)(account),)
    return getattr(module, "accounts", lambda _: ("main",))(settings)

"""What a source declares of itself: its tables, how its files are known and read, and how its platform is asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from common.settings import Settings
from loaders.fetching.context import Pull
from loaders.fetching.feeds import Feed
from loaders.fetching.portal import Portal
from loaders.landing.exports import Export
from loaders.landing.extracts import Part
from loaders.landing.tables import Table


def only_main(_: Settings) -> tuple[str, ...]:
    """Return the one account of a source that has no others."""
    return ("main",)


def none_configured(_: Settings) -> str | None:
    """Return that no account is configured."""
    return None


@dataclass(frozen=True)
class Source:
    """One source, as the commands know it.

    file_names: patterns with which the names of its exports begin.
    read: the parts of an export; an empty list for nothing of use in it, None for another source's.
    cut: an export with only what is read, where a table is private.
    feeds: what can be fetched; hosts: the base addresses that it is fetched from, by name ('' is the first), or what
        finds one where a credential states it.
    portal: its pages, where a browser sees them; home: the page to log in from, where that differs with the account.
    accounts: those that are configured to be fetched; configured_account: the one that an export by hand belongs to where
        nothing says it; resolve_account: an account as a person writes it, as it lands.
    """

    name: str
    file_names: tuple[str, ...]
    tables: tuple[Table, ...]
    read: Callable[[Export], list[Part] | None]
    cut: Callable[[Export], bytes] | None = None
    feeds: tuple[Feed, ...] = ()
    hosts: Mapping[str, str | Callable[[Pull], str]] = field(default_factory=dict)
    portal: Portal | None = None
    home: Callable[[Pull], str] | None = None
    accounts: Callable[[Settings], tuple[str, ...]] = only_main
    configured_account: Callable[[Settings], str | None] = none_configured
    resolve_account: Callable[[str], str] = str

    def accounts_to_fetch(self, settings: Settings, account: str | None = None) -> tuple[str, ...]:
        """Return the account that was asked for, else those that are configured, else `main`."""
        return (self.resolve_account(account),) if account else self.accounts(settings)

"""Spotify: an artist's own pages through the browser (Spotify for Artists), the catalogue through the Web API."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from common.errors import UsageError
from common.settings import Settings
from loaders.fetching.browser import Browser
from loaders.fetching.feeds import Feed, Received
from loaders.fetching.http import joined
from loaders.fetching.portal import Downloaded, Portal
from loaders.landing.accounts import artist_account, spotify_id_of
from loaders.landing.file_names import stated_by
from loaders.source import Source
from loaders.spotify import api as spotify_api
from loaders.spotify.exports import (
    AUDIENCE_DAILY,
    AUDIENCE_NAME,
    FILE_NAMES,
    METRICS_ADDRESS,
    NAME,
    TABLE_NAME,
    TABLES,
    WINDOWS,
    read,
    window_of,
)

if TYPE_CHECKING:
    from loaders.fetching.context import Pull

HOSTS = {"": "https://artists.spotify.com", "API": "https://api.spotify.com/v1", "ACCOUNTS": "https://accounts.spotify.com"}
AUDIENCE_TAB = (
    "a[href*='/audience']", "nav a:has-text('Audience')", "[role=tab]:has-text('Audience')", "nav button:has-text('Audience')",
)  # fmt: skip
PLAYLISTS_TAB = ("a[href*='/playlists']", "a:text-is('Playlists')", "[role=tab]:has-text('Playlists')")
FILTERS = ("button:text-is('Filters')", "button:has-text('Filters')", "[aria-label*='filter' i]")
DONE = ("button:text-is('Done')", "button:has-text('Done')")
DOWNLOAD = (
    "button[aria-label*='download' i]", "a[aria-label*='download' i]", "[title*='download' i]", "[data-testid*='download' i]",
    "a[download]", "button:has-text('Download')",
)  # fmt: skip
EMPTY = ("text=/no (songs|playlists|data)( |$)/i", "text=/(don.t|doesn.t) have any/i")
WINDOW_LABELS = {
    "1day": ("24 hours", "Last 24 hours"),
    "7day": ("7 days", "Last 7 days"),
    "28day": ("28 days", "Last 28 days"),
    "1year": ("12 months", "Last 12 months"),
    "all": ("All time", "Since 2015"),
}
ARTIST_PAGE = "/c/en/artist/{}"
SONGS_PAGE = "/c/artist/{}/music/songs"
YEAR = timedelta(days=365)
PORTAL = Portal(
    home="/c",
    marker=", ".join((*AUDIENCE_TAB, "a[href*='/c/'][href*='/artist/']")),
    domains=("spotify.com", "spotifycdn.com", "scdn.co"),
    login_domains=("www.google.com", "www.gstatic.com", "www.recaptcha.net"),
    login="/",  # a login opened at accounts.spotify.com gives a session that the artists' pages do not accept
    wall="input[type=password], #login-username, a[href*='login'], button:has-text('Log in')",
    email_field="#login-username",
    email_from="SPOTIFY_FOR_ARTISTS_EMAIL",
    one_session=True,
)


def accounts(settings: Settings) -> tuple[str, ...]:
    """The artists whose ids are configured, by their canonical names; an id that the seeds lack stands for itself."""
    return tuple(dict.fromkeys(artist_account(one) for one in settings.artist_ids)) or ("main",)


def resolve_account(account: str) -> str:
    """Return the account for one that a person gave: an artist's spelling, or an artist's id."""
    return artist_account(account)


def configured_account(settings: Settings) -> str | None:
    """The artist whose page is configured, where there is only one."""
    return artist_account(settings.artist_ids[0]) if len(settings.artist_ids) == 1 else None


def artist_of(pull: Pull) -> str:
    """Return the id of the artist that is pulled.

    Raises UsageError when neither the settings nor the seeds have one.
    """
    configured = {artist_account(one): one for one in reversed(pull.settings.artist_ids)}
    found = configured.get(pull.account) or spotify_id_of(pull.account)
    if not found:
        raise UsageError(f"spotify: no artist id for {pull.account}. Add it to SPOTIFY_ARTIST_IDS in .env.")
    return found


def home(pull: Pull) -> str:
    """The page that shows whether a login worked: the artist's own, where one is configured."""
    return ARTIST_PAGE.format(artist_of(pull)) if pull.settings.artist_ids else PORTAL.home


# ------------------------------------------------------------------ Spotify for Artists


def audience(pull: Pull) -> Iterator[Received]:
    """Fetch the audience timeline of twelve months; of all time where --since reaches further back.

    Raises UnavailableError when a page that had days shows none.
    """
    browser, artist = pull.browser, artist_of(pull)
    window = "all" if pull.since and pull.since < pull.today - YEAR else "1year"

    def go() -> None:
        open_artist(browser, ARTIST_PAGE.format(artist))
        browser.press("the Audience tab", AUDIENCE_TAB)

    saved = saved_table(browser, "audience timeline", go, window)
    if saved:
        name = saved.name if stated_by(AUDIENCE_NAME, saved.name) else f"spotify_audience_{artist}_{pull.stamp}.csv"
        yield Received(name, saved.path, account=known_account(pull, artist))
    elif pull.newest_day(AUDIENCE_DAILY):
        raise browser.changed("the audience timeline is empty, and was not before")


def table(what: str, tab: tuple[str, ...] = ()) -> Callable[[Pull], Iterator[Received]]:
    """Return what fetches a table of twelve months: the songs, or what a tab beside them shows. It may be empty."""

    def fetch(pull: Pull) -> Iterator[Received]:
        browser, artist = pull.browser, artist_of(pull)

        def go() -> None:
            open_artist(browser, SONGS_PAGE.format(artist))
            if tab:
                browser.press(f"the {what} tab", tab)

        saved = saved_table(browser, f"{what} table", go, "1year")
        if saved:
            name = saved.name if stated_by(TABLE_NAME, saved.name) else f"{pull.account}-{what}-1year.csv"
            yield Received(name, saved.path, account=known_account(pull, artist))

    return fetch


def song_metrics(pull: Pull) -> Iterator[Received]:
    """Fetch the song table's own answers, one a window, each with its address; they land as one state of the songs.

    An artist without songs has none.
    """
    browser, artist = pull.browser, artist_of(pull)

    def once() -> list[bytes]:
        open_artist(browser, SONGS_PAGE.format(artist))
        browser.settle()
        if shown_filter(browser, WINDOWS[0], buttons=True) in EMPTY:
            return []
        return [metrics_of(browser, window) for window in WINDOWS]

    answers = browser.tried("song metrics", once)
    if answers:
        yield Received(f"spotify_songs_{artist}_{pull.stamp}.json", joined(answers), account=known_account(pull, artist))


def metrics_of(browser: Browser, window: str) -> bytes:
    """Choose a window on the songs page and return its answer; the default one's may have come before any click."""
    captured = browser.capture(
        f"song metrics of {window}",
        lambda url, _: METRICS_ADDRESS in url and window_of(url) == window,
        lambda: choose_window(browser, window, buttons=True),
    )
    return b'{"url":' + json.dumps(captured.url).encode() + b',"data":' + captured.body + b"}"


def open_artist(browser: Browser, address: str) -> None:
    """Open one of an artist's pages, which only a logged-in person sees."""
    browser.open(address, ", ".join(AUDIENCE_TAB))


def saved_table(browser: Browser, what: str, go: Callable[[], object], window: str) -> Downloaded | None:
    """Go to a page, choose the window and save its table; None where there is nothing in it."""

    def once() -> Downloaded | None:
        go()
        browser.settle()
        if not choose_window(browser, window):
            return None
        if browser.expect("the download arrow", (*DOWNLOAD, *EMPTY)) in EMPTY:
            return None
        saved = browser.download(what, lambda: browser.press("the download arrow", DOWNLOAD), has_whole_lines)
        return saved if len(lines_of(saved.path)) > 1 else None

    return browser.tried(what, once)


def choices_of(window: str, buttons: bool) -> tuple[str, ...]:
    """The selectors of a time filter; a button of its name may only show what is chosen, so buttons count where said."""
    kinds = ("label", "[role=radio]", "[role=tab]", *(["button"] if buttons else []))
    labels = tuple(f"{kind}:text-is({json.dumps(one)})" for one in WINDOW_LABELS[window] for kind in kinds)
    return (f"label[for='{window}']", f"label:has([id='{window}'])", f"[id='{window}']", *labels)


def shown_filter(browser: Browser, window: str, buttons: bool = False) -> str:
    """Return what the page has for choosing a window: its label, the Filters chip, or the word that there is nothing."""
    return browser.expect(filter_name(window), (*choices_of(window, buttons), *FILTERS, *EMPTY))


def filter_name(window: str) -> str:
    """A time filter, in messages."""
    return f"the time filter {WINDOW_LABELS[window][0]!r} ({window})"


def choose_window(browser: Browser, window: str, buttons: bool = False) -> bool:
    """Choose a time filter, on the page or behind its Filters chip; say whether there is one, or nothing to filter.

    Raises UnavailableError when the page has changed.
    """
    name, found = filter_name(window), shown_filter(browser, window, buttons)
    if found in EMPTY:
        return False
    browser.press(name, (found,))
    if found in FILTERS:
        browser.press(name, choices_of(window, buttons))
        radio = browser.page.locator(f"input[id='{window}']").first
        if radio.count() and not radio.is_checked():
            raise browser.changed(f"{name} can't be chosen")
        browser.press("the Done button", DONE)
    browser.settle()
    return True


def known_account(pull: Pull, artist: str) -> str | None:
    """Return the artist by name; None where the seeds lack the id, so that the file's own name decides."""
    return pull.account if pull.account != artist else None


def lines_of(path: Path) -> list[list[str]]:
    """Return the lines of a downloaded table."""
    text = path.read_text(encoding="utf-8-sig", errors="replace")
    delimiter = ";" if text.partition("\n")[0].count(";") else ","
    return [line for line in csv.reader(text.splitlines(), delimiter=delimiter) if line]


def has_whole_lines(path: Path) -> bool:
    """Say whether a downloaded table is whole: every line is as wide as the header."""
    lines = lines_of(path)
    return bool(lines) and {len(line) for line in lines} == {len(lines[0])}


def catalogue(pull: Pull) -> Iterator[Received]:
    """Fetch the artist's catalogue through the Web API, as one state."""
    artist = artist_of(pull)
    content = spotify_api.catalogue(pull, artist)
    yield Received(f"spotify_catalogue_{artist}_{pull.stamp}.json", content, account=known_account(pull, artist))


FEEDS = (
    Feed("audience", audience, "browser", needs=("SPOTIFY_ARTIST_IDS",)),
    Feed("songs", table("songs"), "browser", needs=("SPOTIFY_ARTIST_IDS",)),
    Feed("playlists", table("playlists", PLAYLISTS_TAB), "browser", needs=("SPOTIFY_ARTIST_IDS",)),
    Feed("song metrics", song_metrics, "browser", needs=("SPOTIFY_ARTIST_IDS",)),
    Feed(
        "catalogue", catalogue, "api", needs=("SPOTIFY_CLIENT_ID", "SPOTIFY_CLIENT_SECRET", "SPOTIFY_ARTIST_IDS"),
        limits="source",
    ),
)  # fmt: skip


SOURCE = Source(
    NAME,
    FILE_NAMES,
    TABLES,
    read,
    feeds=FEEDS,
    hosts=HOSTS,
    portal=PORTAL,
    home=home,
    accounts=accounts,
    configured_account=configured_account,
    resolve_account=resolve_account,
)

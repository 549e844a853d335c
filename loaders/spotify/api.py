"""Spotify's Web API: an artist's catalogue, with the codes of recordings and releases."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

from common.errors import MissingError, PersonNeededError, UnavailableError
from common.secrets import register
from loaders.fetching.http import Answer, Api, Authorize, joined

if TYPE_CHECKING:
    from loaders.fetching.context import Pull

TOKEN_PATH = "api/token"
GROUPS = "album,single,appears_on"
PAGE_LENGTH = 10


def catalogue(pull: Pull, artist: str) -> bytes:
    """Return the artist, every album, and every track on them that credits the artist; one removed meanwhile is left out.

    One JSON document, each object as received: {"artist": …, "albums": [{"album": …, "tracks": […]}]}.
    Raises MissingError when there is no such artist.
    """
    api = pull.api("API", authorize=bearer(pull))
    try:
        about = api.get(f"artists/{artist}")
    except MissingError as error:
        raise MissingError(f"spotify: there is no artist {artist}. Check SPOTIFY_ARTIST_IDS in .env.") from error
    pages = api.pages(f"artists/{artist}/albums", {"include_groups": GROUPS, "limit": PAGE_LENGTH, "offset": 0}, next_page)
    albums = []
    for album_id in dict.fromkeys(one["id"] for page in pages for one in items_of(page.document, page)):
        album = there(pull, api, f"albums/{album_id}")
        if album:
            credited = [one["id"] for one in tracks_on(api, album) if is_credited(one, artist)]
            found = joined(one.content for track_id in credited if (one := there(pull, api, f"tracks/{track_id}")))
            albums.append(b'{"album":' + album.content + b',"tracks":' + found + b"}")
    return b'{"artist":' + about.content + b',"albums":' + joined(albums) + b"}"


def tracks_on(api: Api, album: Answer) -> list[dict[str, Any]]:
    """Return an album's tracks, in short form: those in its answer, and further pages of a long one."""
    first = album.document.get("tracks") if isinstance(album.document, dict) else None
    listed = items_of(first, album)
    following = first.get("next") if isinstance(first, dict) else None
    if following:
        listed += [one for page in api.pages(following, {}, next_page) for one in items_of(page.document, page)]
    return listed


def bearer(pull: Pull) -> Authorize:
    """Return what authorises calls: a token of the application, fetched when it is first needed and when it is refused."""
    pair = f"{pull.secret('SPOTIFY_CLIENT_ID')}:{pull.secret('SPOTIFY_CLIENT_SECRET')}"
    basic = {"Authorization": f"Basic {register(base64.b64encode(pair.encode()).decode())}"}
    issuer = pull.api("ACCOUNTS", authorize=lambda _: basic, judge=refused_client)
    held: list[str] = []

    def authorize(renew: bool) -> dict[str, str]:
        if renew or not held:
            answer = issuer.post(TOKEN_PATH, {"grant_type": "client_credentials"})
            token = answer.document.get("access_token") if isinstance(answer.document, dict) else None
            if not isinstance(token, str) or not token:
                raise UnavailableError(f"spotify: {answer.path}: an answer without a token. Try again later.")
            held[:] = [register(token)]
        return {"Authorization": f"Bearer {held[0]}"}

    return authorize


def refused_client(answer: Answer) -> Exception | None:
    """Return the error for credentials that Spotify does not know, or no more."""
    if answer.status in (400, 401):
        said = f": {answer.said}" if answer.said else ""
        return PersonNeededError(
            f"spotify: the client's credentials are not accepted ({answer.status}{said}). "
            "Renew SPOTIFY_CLIENT_ID and SPOTIFY_CLIENT_SECRET in .env."
        )
    return None


def next_page(answer: Answer) -> str | None:
    """Return the address of a list's next page."""
    following: str | None = answer.document.get("next")
    return following


def items_of(listed: Any, answer: Answer) -> list[dict[str, Any]]:
    """Return the items of a page that have an id (a local file has none).

    Raises UnavailableError when it is no page of a list.
    """
    items = listed.get("items") if isinstance(listed, dict) else None
    if not isinstance(items, list):
        raise UnavailableError(
            f"spotify: {answer.path}: no list in the answer. If the API has changed, mend loaders/spotify/api.py."
        )
    return [one for one in items if isinstance(one, dict) and one.get("id")]


def is_credited(track: dict[str, Any], artist: str) -> bool:
    """Say whether a track is the artist's: others' compilations hold many that are not."""
    artists = track.get("artists")
    return not isinstance(artists, list) or any(isinstance(one, dict) and one.get("id") == artist for one in artists)


def there(pull: Pull, api: Api, path: str) -> Answer | None:
    """Return an answer; None for what has been removed since it was listed."""
    try:
        return api.get(path)
    except MissingError as error:
        pull.patience.log.warning("removed", why=str(error))
        return None

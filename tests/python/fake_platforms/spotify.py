"""Spotify on loopback: Spotify for Artists behind a login of three steps, and the Web API in development mode."""

from __future__ import annotations

import base64
import json
import secrets
from datetime import date, timedelta
from typing import Any

from fake_platforms.distrokid import PERSON
from fake_platforms.server import Portal, Reply, Request, answer, download, page, redirect

EMAIL, PASSWORD, CODE = "canary-owner@label.example", "canary-password-sp-52", "314159"
CLIENT, SECRET = "canaryclient0000000000000000000a", "canarysecret0000000000000000000b"
PIG, QUIET = "0pig1987invented00000a", "0quietartistinvented0b"
BOM = "\ufeff"
WINDOWS = {
    "1day": ("24 hours", 1),
    "7day": ("7 days", 7),
    "28day": ("28 days", 28),
    "1year": ("12 months", 365),
    "all": ("All time", 2000),
}
AUDIENCE_HEADER = (
    "date,listeners,monthly listeners,monthly active listeners,super listeners,streams,playlist adds,saves,followers"
)
MARKETING = "<title>Spotify for Artists</title><h1>Where music goes next</h1><a href='/accounts/login'>Log in</a>"
CAPTCHA = "<title>One moment</title><div class='g-captcha-box'>Tick the box</div>"
GOES_TO_LOGIN = "<script>setTimeout(() => document.querySelector('a').click(), 300)</script>"
WAITS_FOR_EMAIL = """<script>setInterval(() => { if (document.getElementById('login-username').value.includes('@'))
  document.forms[0].submit(); }, 200)</script>"""


class Spotify(Portal):
    """One label's Spotify. `person`: somebody logs in, once the e-mail address stands in the field."""

    def __init__(self, today: date, person: bool = False) -> None:
        super().__init__()
        self.today, self.person = today, person
        self.names = {PIG: "PIG1987", QUIET: "QUIET ARTIST"}
        self.sessions: set[str] = set()
        self.steps: dict[str, int] = {}
        self.filters_chip = "Filters"
        self.labels = {window: label for window, (label, _) in WINDOWS.items()}
        last = today - timedelta(days=2)
        self.days = {last - timedelta(days=number): 300 + number % 91 for number in range(400)}
        self.songs = [("NEON DRIFT", "0trackneon00000000000a", 40), ("GLASS CITY, PT. 2", "0trackglass0000000000a", 7)]
        self.tokens: list[str] = []
        self.calls_per_token = 1_000
        self.is_revoked = False
        self.removed: set[str] = set()
        self.artists, self.albums, self.tracks = catalogue()
        self.on("GET", "/(?:favicon.ico)?")(lambda _: page(MARKETING + (GOES_TO_LOGIN if self.person else "")))
        self.on("GET", "/accounts/login")(lambda _: page(self.form("username", "<input name=username id=login-username>")))
        self.on("POST", "/accounts/login")(self.step)
        self.on("GET", "/c")(self.inside(lambda _: redirect(f"/c/en/artist/{PIG}")))
        self.on("GET", "/c/(?:en/)?artist/([0-9A-Za-z]+)(/[a-z/]+)?")(self.inside(self.artist_page))
        self.on("GET", "/files/([a-z]+)/([0-9A-Za-z]+)")(self.inside(self.file))
        self.on("GET", "/generic.wg.spotify.com/catalog-view/v1/artist/([0-9A-Za-z]+)/songs")(self.inside(self.metrics))
        self.on("POST", "/api/token")(self.token)
        self.on("GET", "/v1/artists/([0-9A-Za-z]+)")(self.with_token(lambda _, one: self.object_of(self.artists, one)))
        self.on("GET", "/v1/artists/([0-9A-Za-z]+)/albums")(self.with_token(self.albums_page))
        self.on("GET", "/v1/albums/([0-9A-Za-z]+)")(self.with_token(lambda _, one: self.album(one)))
        self.on("GET", "/v1/albums/([0-9A-Za-z]+)/tracks")(self.with_token(self.album_tracks))
        self.on("GET", "/v1/tracks/([0-9A-Za-z]+)")(self.with_token(lambda _, one: self.object_of(self.tracks, one)))

    # ------------------------------------------------------------------ logging in

    def form(self, step: str, fields: str) -> str:
        """A step of the login: the e-mail address, the password, the code; a person goes through them."""
        values = {"password": PASSWORD, "code": CODE}
        person = WAITS_FOR_EMAIL if step == "username" else PERSON.format(values=values)
        return f"<title>Log in</title><form method=post action=/accounts/login>{fields}<button>Go</button></form>" + (
            person if self.person else ""
        )

    def step(self, request: Request) -> Reply:
        """Take a step's answer, show the next one, or let in."""
        form, half = request.form, request.cookies.get("sp_half", "")
        if form.get("username") == EMAIL:
            half = secrets.token_hex(8)
            reply = page(self.form("password", "<input type=password name=password>"))
        elif form.get("password") == PASSWORD and self.steps.get(half) == 1:
            reply = page(self.form("code", "Enter the code we sent <input name=code>"))
        elif form.get("code") == CODE and self.steps.get(half) == 2:
            token = f"canary-cookie-{secrets.token_hex(16)}"
            self.sessions.add(token)
            return redirect(f"/c/en/artist/{PIG}", f"sp_dc={token}; Path=/; HttpOnly; Max-Age=86400")
        else:
            return redirect("/accounts/login")
        self.steps[half] = self.steps.get(half, 0) + 1
        reply.cookies.append(f"sp_half={half}; Path=/; HttpOnly")
        return reply

    def inside(self, handler):  # noqa: ANN001, ANN202
        """Show a page to those who are logged in; others get the marketing page, with status 200."""

        def handle(request: Request, *found: str) -> Reply:
            return handler(request, *found) if request.cookies.get("sp_dc") in self.sessions else page(MARKETING)

        return handle

    # ------------------------------------------------------------------ an artist's pages

    def artist_page(self, request: Request, artist: str, part: str | None) -> Reply:
        navigation = (
            f"<title>{self.names[artist]}</title><nav><a href='/c/en/artist/{artist}'>Home</a> "
            f"<a href='/c/artist/{artist}/music/songs'>Music</a> <a href='/c/en/artist/{artist}/audience'>Audience</a></nav>"
        )
        kind = (part or "/home").rsplit("/", 1)[1]
        if kind == "songs":
            return page(navigation + self.songs_page(artist))
        if kind in ("audience", "playlists"):
            return page(navigation + self.filtered_page(artist, kind))
        return page(f"{navigation}<h1>{self.names[artist]}</h1>")

    def filtered_page(self, artist: str, kind: str) -> str:
        """A page whose time filter lies behind a chip; what is shown, and saved, changes once the new data is there."""
        radios = "".join(
            f"<input type=radio name=time id={window} style='opacity:0;position:absolute'><label for={window}>{label}</label>"
            for window, label in self.labels.items()
        )
        return f"""<button onclick="choice.showModal()">{self.filters_chip}</button>
            <dialog id=choice>{radios}<button onclick="apply()">Done</button></dialog>
            <button aria-label="Download table" onclick="location = '/files/{kind}/{artist}?window=' + shown">&#8595;</button>
            <script>let shown = '28day';
              async function apply() {{ choice.close(); const wanted = document.querySelector('input:checked').id;
                await fetch('/files/{kind}/{artist}?slow=1&window=' + wanted); shown = wanted; }}</script>"""

    def songs_page(self, artist: str) -> str:
        """The song table: labels beside each other; the default of 28 days is asked for at once, and no window twice."""
        radios = "".join(
            f"<input type=radio name=time id={window} {'checked' if window == '28day' else ''} onchange='ask(this.id)'>"
            f"<label for={window}>{label}</label>"
            for window, label in self.labels.items()
        )
        address = f"/generic.wg.spotify.com/catalog-view/v1/artist/{artist}/songs?time-filter="
        return f"""<a href='/c/artist/{artist}/music/playlists'>Playlists</a> {radios}
            <a title="Download" href="#" onclick="location = '/files/songs/{artist}?window=' + shown; return false">&#8595;</a>
            <script>let shown = '28day', had = {{}};
              async function ask(time) {{ had[time] ||= fetch('{address}' + time); await had[time]; shown = time; }}
              ask(shown);</script>"""

    def file(self, request: Request, kind: str, artist: str) -> Reply:
        window = request.query["window"]
        content, suffix = (
            getattr(self, f"{kind}_csv")(artist, window),
            {"audience": "audience-timeline"}.get(kind, f"{kind}-{window}"),
        )
        reply = download(content.encode(), f"{self.names[artist]}-{suffix}.csv", "text/csv")
        if "slow" in request.query:
            reply = answer({"rows": content.count("\n")})
            reply.delay = 0.4
        return reply

    def audience_csv(self, artist: str, window: str) -> str:
        days = sorted(self.days.items())[-WINDOWS[window][1] :] if artist == PIG else []
        rows = [f"{day},{n // 2},{n * 7},{n},{n // 20},{n},{n // 30},{n // 40},{1500 + n}\r\n" for day, n in days]
        return f"{BOM}{AUDIENCE_HEADER}\r\n{''.join(rows)}"

    def songs_csv(self, artist: str, window: str) -> str:
        songs = self.songs if artist == PIG else []
        rows = [f'"{title}",{n * 2},{n * WINDOWS[window][1]},{n // 4},2025-01-17\r\n' for title, _, n in songs]
        return f"{BOM}song,listeners,streams,saves,release_date\r\n{''.join(rows)}"

    def playlists_csv(self, artist: str, window: str) -> str:
        rows = [f"On Repeat,Spotify,12,{WINDOWS[window][1]},-\r\n"] if artist == PIG else []
        return f"{BOM}title,author,listeners,streams,date_added\r\n{''.join(rows)}"

    def metrics(self, request: Request, artist: str) -> Reply:
        window = request.query["time-filter"]
        songs = [
            {
                "id": one, "trackName": title, "trackUri": f"spotify:track:{one}", "releaseDate": "2025-01-17",
                "imageUrl": "https://images.example/1.jpg", "numStreams": f"{n * 100 * WINDOWS[window][1]:,}",
                "numListeners": f"{n * 2}", "numSavers": "", "numCanvasViews": "", "isDisabled": False,
            }
            for title, one, n in (self.songs if artist == PIG else [])
        ]  # fmt: skip
        reply = answer({"songs": songs})
        reply.delay = 0.3 if window == "28day" else 0.1
        return reply

    # ------------------------------------------------------------------ Web API

    def token(self, request: Request) -> Reply:
        basic = f"Basic {base64.b64encode(f'{CLIENT}:{SECRET}'.encode()).decode()}"
        if (
            self.is_revoked
            or request.headers.get("authorization") != basic
            or request.form != {"grant_type": "client_credentials"}
        ):
            return answer({"error": "invalid_client", "error_description": "Invalid client secret"}, 400)
        self.tokens.append(f"canary-token-{secrets.token_hex(24)}")
        self.calls_left = self.calls_per_token
        return answer({"access_token": self.tokens[-1], "token_type": "Bearer", "expires_in": 3600})

    def with_token(self, handler):  # noqa: ANN001, ANN202
        """Answer those who show a token that is still good."""

        def handle(request: Request, *found: str) -> Reply:
            if not self.tokens or request.headers.get("authorization") != f"Bearer {self.tokens[-1]}" or self.calls_left <= 0:
                return answer({"error": {"status": 401, "message": "The access token expired"}}, 401)
            self.calls_left -= 1
            return handler(request, *found)

        return handle

    def object_of(self, objects: dict[str, dict[str, Any]], one: str) -> Reply:
        if one in objects and one not in self.removed:
            return answer(objects[one], indent=1)
        return answer({"error": {"status": 404, "message": "Resource not found"}}, 404)

    def albums_page(self, request: Request, artist: str) -> Reply:
        """A page of an artist's albums, own ones and others' that the artist is on; two at most on each."""
        wanted = request.query["include_groups"].split(",")
        listed = [
            {name: value for name, value in one.items() if name not in ("tracks", "external_ids")}
            for one in self.albums.values()
            if artist in [credit["id"] for credit in one["artists"]] or "appears_on" in wanted and on_it(self.tracks, one, artist)
        ]
        return answer(self.paged(f"/v1/artists/{artist}/albums", request.query, listed))

    def album(self, one: str) -> Reply:
        if one not in self.albums or one in self.removed:
            return self.object_of({}, one)
        return answer(self.albums[one] | {"tracks": self.paged(f"/v1/albums/{one}/tracks", {}, self.tracks_of(one))})

    def album_tracks(self, request: Request, one: str) -> Reply:
        return answer(self.paged(f"/v1/albums/{one}/tracks", request.query, self.tracks_of(one)))

    def tracks_of(self, album: str) -> list[dict[str, Any]]:
        """An album's tracks in short form: without codes."""
        return [
            {name: value for name, value in self.tracks[one].items() if name not in ("album", "external_ids")}
            for one in self.albums[album]["tracks"]
        ]

    def paged(self, path: str, query: dict[str, str], items: list[dict[str, Any]]) -> dict[str, Any]:
        start, length = int(query.get("offset", 0)), min(int(query.get("limit", 2)), 2)
        asked = "&".join(f"{name}={value}" for name, value in query.items() if name not in ("offset", "limit"))
        following = f"{self.url}{path}?{asked}&offset={start + length}&limit={length}" if start + length < len(items) else None
        return {"items": items[start : start + length], "next": following, "offset": start, "total": len(items)}


def on_it(tracks: dict[str, dict[str, Any]], album: dict[str, Any], artist: str) -> bool:
    """Say whether an artist is on an album."""
    return any(artist == credit["id"] for one in album["tracks"] for credit in tracks[one]["artists"])


def catalogue() -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    """An artist with a single, an album with the same recording on it, one of a month, and a compilation of others."""
    pig = {"id": PIG, "name": "PIG1987", "type": "artist", "uri": f"spotify:artist:{PIG}"}
    iwary = {"id": "0iwaryinvented0000000c", "name": "IWARY", "type": "artist"}
    others = {"id": "0othersinvented000000d", "name": "Various Others", "type": "artist"}
    artists = {PIG: pig | {"genres": [], "images": []}, QUIET: {"id": QUIET, "name": "QUIET ARTIST", "type": "artist"}}
    releases = [
        ("0albumsingle", "NEON DRIFT (feat. IWARY)", "single", "2025-01-17", "day", "199000000001", pig, ["0tneon"]),
        ("0albumlong", "NIGHT SHIFT", "album", "2025-06-06", "day", "199000000002", pig, ["0tneon2", "0tglass", "0tgone"]),
        ("0albummonth", "OLD TAPES", "single", "2019-05", "month", "199000000003", pig, ["0ttape"]),
        ("0albumgone", "WITHDRAWN", "single", "2024-01-01", "day", "199000000004", pig, ["0twithdrawn"]),
        ("0albumothers", "HARD 2025", "compilation", "2025-09-01", "day", "199000000009", others, ["0tneon3", "0tother"]),
    ]
    names = {
        "0tneon": ("NEON DRIFT (feat. IWARY)", "QZABC2500001", 183_000, [pig, iwary]),
        "0tneon2": ("NEON DRIFT (feat. IWARY)", "QZABC2500001", 183_000, [pig, iwary]),
        "0tneon3": ("NEON DRIFT (feat. IWARY)", "QZABC2500001", 183_000, [pig, iwary]),
        "0tglass": ("GLASS TOWER", "QZABC2500002", 201_499, [pig]),
        "0tgone": ("GONE", "QZABC2500003", 60_000, [pig]),
        "0ttape": ("TAPE", "qz-abc-19-00004", 90_500, [pig]),
        "0twithdrawn": ("WITHDRAWN", "QZABC2400005", 61_000, [pig]),
        "0tother": ("SOMETHING ELSE", "QZXXX2500006", 62_000, [others]),
    }
    albums, tracks = {}, {}
    for one, name, kind, released, precision, upc, billed, listed in releases:
        brief = {
            "id": one, "type": "album", "name": name, "album_type": kind, "release_date": released,
            "release_date_precision": precision, "total_tracks": len(listed), "artists": [billed],
        }  # fmt: skip
        albums[one] = brief | {"external_ids": {"upc": upc}, "tracks": listed}
        for track in listed:
            title, isrc, duration, credits = names[track]
            tracks[track] = {
                "id": track, "type": "track", "name": title, "duration_ms": duration, "explicit": False, "artists": credits,
                "external_ids": {"isrc": isrc}, "album": brief,
            }  # fmt: skip
    return artists, albums, json.loads(json.dumps(tracks))

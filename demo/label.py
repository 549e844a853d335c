"""The invented label: artists, recordings, stores and countries. Every name, code and figure is made up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

AS_OF = date(2026, 7, 5)
FIRST_DAY = date(2024, 7, 1)
LAST_DAY = date(2026, 7, 4)
SALE_MONTHS = tuple(f"{year}-{month:02d}" for year in (2025, 2026) for month in range(1, 13))[:18]

SPOTIFY, APPLE, UNKNOWN = "Spotify", "Apple Music", "Unknown"
DISTROKID, TOOLOST = "distrokid", "toolost"
HANDLES = ("zone.a0", "pig1987")
UNSEEDED_ARTIST_ID = "0demo1987Invented22Abc"
DISTROKID_EMAIL, LINKTREE_EMAIL = "someone@example.com", "owner@example.com"
MAILCHIMP_EMAIL = "mail-owner@example.com"
CHECKING_ACCOUNT = "36055501230881"


@dataclass(frozen=True)
class Track:
    """One recording. `daily` is its Spotify streams on the first day, at scale 1; `share` the label's per cent."""

    number: int
    title: str
    artist: str
    distributor: str
    released: date
    daily: int
    share: int = 100
    release_type: str = "single"
    ended: date | None = None
    team_percentage: int = 100
    title_on_statements: str = ""

    @property
    def isrc(self) -> str:
        """The recording's code."""
        return f"QZABC25{self.number:05d}"

    @property
    def upc(self) -> str:
        """The release's code."""
        return f"1990000000{self.number:02d}"

    @property
    def stated_title(self) -> str:
        """The title as the distributor's statements spell it."""
        return self.title_on_statements or self.title


TRACKS = (
    Track(1, "THE STATE OF THE WORLD", "PIG1987", DISTROKID, date(2025, 1, 10), 420),
    Track(2, "THE SOURCE", "ZONE A0", DISTROKID, date(2024, 6, 14), 300),
    Track(3, "RENEGADE PIPELINE", "PIG1987", DISTROKID, date(2025, 2, 7), 180, ended=date(2025, 11, 6)),
    Track(4, "THE SCALE", "ZONE A0", DISTROKID, date(2025, 3, 14), 260, title_on_statements="The Scale"),
    Track(
        5, "TRANSFORMER ARCHITECTURE", "PIG1987", DISTROKID, date(2025, 5, 2), 210,
        title_on_statements="TRANSFORMER ARCHITECTURE (feat. IWARY)",
    ),
    Track(6, "NEON DRIFT", "PIG1987", DISTROKID, date(2024, 9, 13), 350),
    Track(7, "GLASS CITY", "ZONE A0", TOOLOST, date(2024, 10, 4), 160, share=50, release_type="album"),
    Track(8, "RENEGADE PIPELINE", "PIG1987", DISTROKID, date(2025, 11, 7), 240),
    Track(9, "NEON DRIFT (SLOWED)", "PIG1987", DISTROKID, date(2025, 8, 22), 150),
    Track(10, "MEAT LOCKER", "XXMEATWARRIOR69XX", DISTROKID, date(2025, 4, 18), 130),
    Track(11, "RUST PROTOCOL", "XXMEATWARRIOR69XX", TOOLOST, date(2025, 9, 12), 90, share=80),
    Track(12, "ÉCLIPSE", "IWARY", DISTROKID, date(2025, 6, 20), 110, share=70, release_type="ep"),
    Track(13, "NIGHT SHIFT", "IWARY", TOOLOST, date(2025, 12, 5), 120, share=70),
    Track(14, "CONCRETE CHOIR", "ZONE A0 X SXNCTUARY", DISTROKID, date(2025, 7, 11), 190, share=50, team_percentage=50),
)  # fmt: skip
ARTISTS = ("PIG1987", "ZONE A0", "XXMEATWARRIOR69XX", "IWARY", "ZONE A0 X SXNCTUARY")
ALIASES_ON_STATEMENTS = {"ZONE A0 & SXNCTUARY": "ZONE A0 X SXNCTUARY"}

COUNTRIES = (
    "US GB DE FR BR CA MX NL AU PL ES IT SE XK NA JP TR AR CL NO ID PH FI DK BE AT CH IE PT CZ HU RO GR BG HR RS SI SK "
    "LT LV EE UA KZ GE AM AZ IL AE SA EG MA TN DZ KE NG GH ZA ZM UG TZ IN PK BD LK NP TH VN MY SG KR TW HK NZ PE CO EC "
    "BO PY UY VE CR PA GT HN SV NI DO PR JM TT IS LU MT CY AL MK ME BA MD"
).split()


@dataclass(frozen=True)
class Store:
    """A store on DistroKid's statements.

    lag, day: months from sale to report, and the day of that month.
    lines: lines for each recording and sale month at scale 1.
    streams: quantity as a share of the recording's Spotify streams (Apple Music has a series of its own).
    rate: 10^-12 USD a unit.
    """

    name: str
    platform: str
    lag: int
    day: int
    lines: int
    streams: float
    rate: int
    countries: tuple[str, ...] = tuple(COUNTRIES)


_NANO = 1000
STORES = (
    Store("Spotify", SPOTIFY, 2, 22, 22, 1.0, 3_400_000 * _NANO),
    Store("Apple Music", APPLE, 1, 24, 9, 1.0, 6_300_000 * _NANO),
    Store("YouTube (Ads)", "YouTube", 1, 23, 6, 0.4, 620_000 * _NANO),
    Store("YouTube (Red)", "YouTube", 1, 23, 4, 0.08, 4_100_000 * _NANO),
    Store("YouTube (Audio)", "YouTube", 1, 23, 3, 0.05, 1_050_000 * _NANO),
    Store("iTunes Songs", "iTunes", 1, 24, 1, 0.0004, 637_000_000 * _NANO),
    Store("iTunes Match", "iTunes", 1, 24, 1, 0.002, 1_900_000 * _NANO),
    Store("Tidal", "Tidal", 1, 2, 3, 0.02, 8_700_000 * _NANO),
    Store("Pandora", "Pandora", 2, 18, 2, 0.03, 1_600_000 * _NANO, ("US",)),
    Store("TikTok", "TikTok", 3, 20, 5, 3.0, 28_000 * _NANO),
    Store("Facebook", "Facebook", 3, 19, 4, 1.2, 41_000 * _NANO, ("OU", "US", "BR", "MX", "GB", "IN", "PH")),
    Store("Deezer", "Deezer", 2, 21, 3, 0.03, 5_200_000 * _NANO, ("FR", "BR", "DE", "MX", "CO", "BE")),
    Store("NetEase", "NetEase", 6, 15, 1, 0.05, 350_000 * _NANO, ("CN",)),
    Store("Flo", "Flo", 7, 15, 1, 0.01, 2_400_000 * _NANO, ("KR",)),
    Store("Amazon Unlimited (Streaming)", "Amazon Music", 2, 20, 4, 0.06, 7_900_000 * _NANO),
    Store("Amazon Prime (Streaming)", "Amazon Music", 2, 20, 3, 0.04, 3_300_000 * _NANO),
)
UNKNOWN_STORE = "Example Beats FM"
PLATFORM_OF_STORE = {store.name: store.platform for store in STORES} | {"iTunes Albums": "iTunes"}


def tracks_of(distributor: str) -> tuple[Track, ...]:
    """The recordings that one distributor carries."""
    return tuple(track for track in TRACKS if track.distributor == distributor)

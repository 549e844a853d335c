"""SubmitHub: two exports of the submissions history, whose states move on, and link clicks that were written down."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple

from demo.label import TRACKS
from demo.totals import SubmissionTotals
from demo.truth import Truth, days
from demo.writing import csv_text, write_text

HEADER = ("Song", "Campaign url", "Outlet", "Outlet type", "Action", "Feedback", "Sent", "Received", "Listen time")
LINKS_HEADER = ("date", "link", "service", "clicks")
EXPORTS = (date(2026, 3, 1), date(2026, 7, 4))
OUTLETS = (
    ("Example Blog", "Blog"), ("Night Bus Radio", "Radio"), ("Concrete & Strings", "Spotify playlister"),
    ("Low Ceiling", "YouTube channel"), ("Two Left Decks", "Spotify playlister"), ("Harbour Tapes", "Label"),
    ('The "Loud" List', "Influencer"),
)  # fmt: skip
SONGS = (6, 8, 10, 12, 13)
UNKNOWN_SONG = "GHOST SIGNAL"
ACTIONS = ("Listened", "Declined", "Declined", "Approved", "Shared", "Shared")
FEEDBACK = (
    "Good drop, vocals too low", 'We loved the "second" half', "Thanks for sending,\nnot for us\n\nThe team", "",
    "Strong intro; send the next one",
)  # fmt: skip
SERVICES = ("Spotify", "Apple Music", "YouTube")
CLICKS_FROM, CLICKS_TO = date(2026, 6, 1), date(2026, 7, 3)


class Sent(NamedTuple):
    """One submission and how it ended."""

    song: str
    url: str
    outlet: str
    kind: str
    sent: date
    action: str
    answered: date
    feedback: str
    seconds: int

    def on(self, day: date) -> tuple[str, ...]:
        """The row as an export of that day has it: ISO or US dates, seconds or minutes, blank until it is answered."""
        is_us = len(self.outlet) % 2 == 0
        stated = (self.song, self.url, self.outlet, self.kind)
        if self.answered > day:
            return (*stated, "", "", written(self.sent, is_us), "", "")
        listened = f"{self.seconds // 60}:{self.seconds % 60:02d}" if is_us else str(self.seconds)
        return (*stated, self.action, self.feedback, written(self.sent, is_us), written(self.answered, is_us), listened)


def write_submithub(folder: Path, truth: Truth) -> SubmissionTotals:
    """Write both exports and the links; return what the newer one states, each submission once."""
    rng = truth.random("submithub")
    titles = [next(track.title for track in TRACKS if track.number == number) for number in SONGS]
    happened = [
        Sent(
            title, f"https://www.submithub.com/song/demo-{number}", outlet, kind,
            day := date(2026, 1, 5) + timedelta(days=rng.randrange(170)), rng.choice(ACTIONS),
            day + timedelta(days=rng.randrange(1, 15)), rng.choice(FEEDBACK), rng.randrange(8, 200),
        )
        for number, title in enumerate([*titles, UNKNOWN_SONG], start=1)
        for outlet, kind in OUTLETS
    ]  # fmt: skip
    for day in EXPORTS:
        rows = [one.on(day) for one in happened if one.sent <= day]
        rows.append(rows[0])
        if happened[1].sent <= day:
            unanswered = happened[1].on(happened[1].sent)
            rows.append((*unanswered[:4], "Listened", "", unanswered[6], "", "5"))
        write_text(folder / f"submithub_submissions_{day:%Y%m%d}_101500.csv", csv_text(HEADER, rows))
    clicks = [
        (day, f"https://example.com/l/{number}", service, rng.randrange(0, 90))
        for day in days(CLICKS_FROM, CLICKS_TO)
        for number in (1, 2)
        for service in SERVICES
    ]
    write_text(folder / "links.csv", csv_text(LINKS_HEADER, [(str(day), *rest) for day, *rest in clicks]))
    last = [one for one in happened if one.sent <= EXPORTS[-1]]
    states = Counter(one.action.lower() if one.answered <= EXPORTS[-1] else "sent" for one in last)
    return SubmissionTotals(
        by_status=dict(sorted(states.items())),
        listen_seconds=sum(one.seconds for one in last if one.answered <= EXPORTS[-1]),
        unknown_song=sum(one.song == UNKNOWN_SONG for one in last),
        link_clicks={service: sum(row[3] for row in clicks if row[2] == service) for service in SERVICES},
    )


def written(day: date, is_us: bool) -> str:
    """A day as one of the two kinds of account writes it."""
    return f"{day.month}/{day.day}/{day.year}" if is_us else str(day)

"""SubmitHub's exports and the links kept by hand: what lands, in which order they count, and what is refused."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest
from support.builds import Build
from support.commands import land, rows, timeline

from common.settings import Settings

HEADER = "Song,Campaign url,Outlet,Outlet type,Action,Feedback,Sent,Received,Listen time\n"


def submission(
    outlet: str = "Example Blog", action: str = "", feedback: str = "", sent: str = "2025-05-01", rest: str = ","
) -> str:
    return f'NEON DRIFT,https://example.com/song/1,{outlet},Blog,{action},"{feedback}",{sent},{rest}\n'


def save(path: Path, *lines: str, end: str = "\n") -> Path:
    path.write_bytes((HEADER + "".join(lines)).replace("\n", end).encode())
    return path


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_feedback_of_several_lines_lands_whole_and_every_row_once(config: Settings, box: Path, end: str) -> None:
    feedback = 'Good drop,\nvocals ""too low""\n\nBye'
    file = save(box / "history.csv", submission(feedback=feedback), submission("Other Blog"), submission("Third Blog"), end=end)
    outcome = land(config, file)[0]
    assert (outcome.status, outcome.rows, outcome.tables) == ("landed", 3, ("submithub.submissions",))
    landed = rows(config, "submithub", "submissions", '"Outlet", "Feedback"')
    assert landed[0] == ("Example Blog", 'Good drop,\nvocals "too low"\n\nBye'.replace("\n", end))
    assert [outlet for outlet, _ in landed] == ["Example Blog", "Other Blog", "Third Blog"]


def test_an_answer_makes_an_export_newer_though_nothing_new_was_sent(config: Settings, box: Path) -> None:
    newer = save(box / "a.csv", submission(action="Shared", sent="5/1/2025", rest="2025-05-04T09:41:00Z,74"))
    older = save(box / "b.csv", submission(action="Listened", rest="05/02/25,74"))
    land(config, newer, older)
    moments = [(one.file_name.split("/")[-1], one.extracted_at) for one in timeline(config, "submithub", "submissions")]
    assert moments == [("b.csv", datetime(2025, 5, 2)), ("a.csv", datetime(2025, 5, 4))]


def test_a_stamp_in_the_name_says_when_it_was_exported(config: Settings, box: Path) -> None:
    land(config, save(box / "submithub_20250601_101500.csv", submission()))
    assert [one.extracted_at for one in timeline(config, "submithub", "submissions")] == [datetime(2025, 6, 1, 10, 15)]


def test_links_kept_by_hand_land_as_text(config: Settings, box: Path) -> None:
    (box / "links.csv").write_text('Date,Link,Service,Clicks,note\n2025-05-01,l1,Spotify,"1,204",x\n')
    outcome = land(config, box / "links.csv")[0]
    assert outcome.tables == ("submithub.links",) and outcome.warnings == ("further columns in submithub.links: note",)
    assert rows(config, "submithub", "links", "date, link, service, clicks, note") == [
        ("2025-05-01", "l1", "Spotify", "1,204", "x")
    ]


BAD = {
    "no day that can be read": (HEADER + submission(sent="soon"), "no date that can be read in column 'Sent'"),
    "renamed column": (HEADER.replace("Outlet,", "Curator,") + submission(), "Outlet (instead there: Curator)"),
    "line cut short": (HEADER + submission() + "NEON DRIFT,https://exam", "line 3 has 2 fields, the header 9"),
    "saved by a spreadsheet with semicolons": ((HEADER + submission()).replace(",", ";"), "separated by a semicolon"),
    "login page": ("<html><title>Sign in</title></html>", "an HTML page ('Sign in') without data"),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD)
def test_bad_input_is_quarantined_with_its_reason_and_nothing_lands(config: Settings, box: Path, case: str) -> None:
    content, reason = BAD[case]
    (box / "submithub_submissions.csv").write_text(content)
    outcomes = land(config, box / "submithub_submissions.csv")
    assert [one.status for one in outcomes] == ["quarantined"] and reason in outcomes[0].reason
    assert "\n" not in outcomes[0].reason and not list(config.landing_dir.rglob("2*.parquet"))


def test_a_link_in_another_spelling_is_the_same_and_codes_keep_their_case(config: Settings, box: Path, built: Build) -> None:
    spelt = ["https://song.link/AbC", "HTTPS://Song.Link/AbC/", " song.link/AbC\u00a0", "http://SONG.LINK/AbC"]
    others = [
        "https://song.link/abc",
        "https://song.link/AbC?x=Y",
        "spotify:track:AbC",
        "spotify:track:abc",
        "youtu.be/AbC",
        "youtu.be/abC",
    ]
    for number, link in enumerate([*spelt, *others, "https://song.link/AbC/?x=Y"]):
        (box / f"links_{number}.csv").write_text(f"date,link,service,clicks\n2025-05-01,{link},Spotify,{number + 1}\n")
        land(config, box / f"links_{number}.csv", extracted_at=datetime(2025, 6, 1 + number))
    lines = [submission().replace("https://example.com/song/1", one) for one in ("https://example.com/Song", "Example.com/Song/")]
    land(config, save(box / "history.csv", *lines))
    with built(date(2025, 7, 1), "smart_link_clicks", "submissions") as con:
        clicks = con.execute("select link_url, clicks from marts.smart_link_clicks order by clicks").fetchall()
        sent = con.execute("select count(*) from marts.submissions").fetchall()
    assert clicks == [
        ("http://SONG.LINK/AbC", 4), ("https://song.link/abc", 5), *((one, 7 + place) for place, one in enumerate(others[2:])),
        ("https://song.link/AbC/?x=Y", 11),
    ]  # fmt: skip
    assert sent == [(1,)]

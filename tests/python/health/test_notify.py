"""Messages: one when an incident starts, one when it ends, none between, whatever fails or is killed meanwhile."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support.commands import PROJECT_DIR
from support.receiver import TOKEN, Receiver, listening

from common import durable_files as durable
from common.settings import Settings
from warehouse.health.incidents import INCIDENTS, notify
from warehouse.health.judgement import Issue

SESSION = Issue("session", "CRITICAL", "toolost", "main", "the session is lost")
LATE = Issue("data", "WARNING", "distrokid", "main", "streams_daily is late")
BUILD = Issue("build", "FAILED", None, None, "a test failed")


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    yield from listening()


@pytest.fixture
def other() -> Iterator[Receiver]:
    """A second place to tell."""
    yield from listening()


def config(data: Path, *urls: str) -> Settings:
    return Settings(data_dir=data, notify_urls=", ".join(urls), _env_file=None)


def stored(data: Path) -> list[dict[str, Any]]:
    return json.loads((data / "runs" / INCIDENTS).read_text(encoding="utf-8"))["incidents"]


def test_an_incident_is_told_when_it_starts_and_when_it_ends(receiver: Receiver, tmp_path: Path) -> None:
    place = config(tmp_path, receiver.url)
    notify(place, [])
    assert receiver.told() == []
    notify(place, [SESSION])
    (message,) = receiver.messages
    assert (message["title"], message["type"]) == ("Trouble: toolost main, session", "warning")
    assert message["message"].startswith("the session is lost")
    receiver.messages.clear()
    for reason in ("the session is lost", "still lost, in other words"):
        notify(place, [Issue("session", "FAILED", "toolost", "main", reason)])
    assert receiver.told() == []
    notify(place, [])
    (message,) = receiver.messages
    assert (message["title"], message["type"]) == ("Over: toolost main, session", "success")
    receiver.messages.clear()
    notify(place, [])
    assert receiver.told() == [] and stored(tmp_path) == []


def test_each_incident_has_its_own_messages(receiver: Receiver, tmp_path: Path) -> None:
    place = config(tmp_path, receiver.url)
    notify(place, [])
    notify(place, [SESSION, BUILD])
    assert receiver.told() == ["Trouble: toolost main, session", "Trouble: warehouse, build"]
    notify(place, [BUILD, LATE])
    assert receiver.told() == ["Over: toolost main, session", "Trouble: distrokid main, data"]
    notify(place, [SESSION])
    assert sorted(receiver.told()) == [
        "Over: distrokid main, data",
        "Over: warehouse, build",
        "Trouble: toolost main, session",
    ]


def test_nothing_is_sent_or_kept_without_an_address(tmp_path: Path) -> None:
    notify(config(tmp_path), [SESSION])
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("lost", [None, "", "{", '{"incidents": [{"kind": 1}]}'])
def test_lost_incidents_are_summed_up_in_one_message(receiver: Receiver, tmp_path: Path, lost: str | None) -> None:
    place = config(tmp_path, receiver.url)
    notify(place, [])
    notify(place, [SESSION, LATE, BUILD])
    receiver.told()
    path = tmp_path / "runs" / INCIDENTS
    path.unlink() if lost is None else path.write_text(lost)
    notify(place, [SESSION, LATE, BUILD])
    (message,) = receiver.messages
    assert message["title"] == "Trouble: 3 incidents"
    assert all(one.reason in message["message"] for one in (SESSION, LATE, BUILD))
    receiver.messages.clear()
    notify(place, [SESSION, LATE])
    assert receiver.told() == ["Over: warehouse, build"]


def test_one_issue_at_the_start_is_told_as_itself(receiver: Receiver, tmp_path: Path) -> None:
    notify(config(tmp_path, receiver.url), [SESSION])
    assert receiver.told() == ["Trouble: toolost main, session"]


def test_a_summary_that_did_not_arrive_is_still_one_message(receiver: Receiver, tmp_path: Path) -> None:
    place = config(tmp_path, receiver.url)
    receiver.status = 503
    notify(place, [SESSION, LATE])
    receiver.told()
    receiver.status = 200
    notify(place, [SESSION, LATE])
    assert receiver.told() == ["Trouble: 2 incidents"]
    notify(place, [SESSION, LATE])
    assert receiver.told() == []


def test_what_was_not_delivered_is_tried_again(receiver: Receiver, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    place = config(tmp_path, receiver.url)
    notify(place, [])
    receiver.status = 500
    notify(place, [SESSION])
    said = capfd.readouterr()
    assert said.err == (
        "notification: JSON 1: not delivered (Trouble: toolost main, session). It is tried again at the next run.\n"
    )
    assert said.out == "" and receiver.told() == ["Trouble: toolost main, session"]
    receiver.status = 200
    notify(place, [SESSION])
    assert receiver.told() == ["Trouble: toolost main, session"]
    receiver.status = 500
    notify(place, [])
    assert receiver.told() == ["Over: toolost main, session"]
    receiver.status = 200
    notify(place, [])
    assert receiver.told() == ["Over: toolost main, session"]
    notify(place, [])
    assert receiver.told() == []


def test_the_end_of_what_nobody_heard_of_is_not_told(receiver: Receiver, tmp_path: Path) -> None:
    place = config(tmp_path, receiver.url)
    notify(place, [])
    receiver.status = 500
    notify(place, [SESSION])
    receiver.status = 200
    receiver.told()
    notify(place, [])
    assert receiver.told() == [] and stored(tmp_path) == []


def test_an_end_that_was_not_delivered_is_forgotten_when_it_starts_again(receiver: Receiver, tmp_path: Path) -> None:
    place = config(tmp_path, receiver.url)
    notify(place, [])
    notify(place, [SESSION])
    receiver.status = 500
    notify(place, [])
    receiver.told()
    receiver.status = 200
    notify(place, [SESSION])
    assert receiver.told() == []
    notify(place, [])
    assert receiver.told() == ["Over: toolost main, session"]


def test_a_place_that_is_down_delays_no_other(receiver: Receiver, other: Receiver, tmp_path: Path) -> None:
    place = config(tmp_path, receiver.url, other.url)
    notify(place, [])
    receiver.status = 500
    notify(place, [SESSION])
    assert (len(receiver.told()), other.told()) == (1, ["Trouble: toolost main, session"])
    receiver.status = 200
    notify(place, [SESSION])
    assert (receiver.told(), other.told()) == (["Trouble: toolost main, session"], [])


def test_an_address_set_later_hears_of_what_comes_later(receiver: Receiver, other: Receiver, tmp_path: Path) -> None:
    notify(config(tmp_path, receiver.url), [])
    notify(config(tmp_path, receiver.url), [SESSION])
    both = config(tmp_path, receiver.url, other.url)
    notify(both, [SESSION])
    assert other.told() == []
    notify(both, [SESSION, LATE])
    assert other.told() == ["Trouble: distrokid main, data"]


def test_an_incomplete_look_ends_nothing(receiver: Receiver, tmp_path: Path) -> None:
    place = config(tmp_path, receiver.url)
    notify(place, [])
    notify(place, [SESSION])
    receiver.told()
    notify(place, [BUILD], is_complete=False)
    assert receiver.told() == ["Trouble: warehouse, build"]


SEND = """
import sys
from pathlib import Path
from common.settings import Settings
from warehouse.health.incidents import notify
from warehouse.health.judgement import Issue
reasons = {"session": "toolost", "data": "distrokid"}
issues = [Issue(kind, "WARNING", reasons[kind], "main", "late") for kind in sys.argv[2].split()]
notify(Settings(data_dir=Path(sys.argv[1]), _env_file=None), issues)
"""


def sending(data: Path, urls: str, issues: str) -> subprocess.Popen[str]:
    """Send in a process of its own."""
    environment = os.environ | {"BEDROT_NOTIFY_URLS": urls}
    command = [sys.executable, "-c", SEND, str(data), issues]
    return subprocess.Popen(
        command, cwd=PROJECT_DIR, env=environment, text=True, encoding="utf-8", stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )


def test_a_run_killed_between_sending_and_storing_repeats_one_message_at_most(receiver: Receiver, tmp_path: Path) -> None:
    def send(issues: str) -> int:
        return sending(tmp_path, receiver.url, issues).wait()

    def kill_at_the_second() -> None:
        if len(receiver.messages) == 2:
            process.kill()

    assert send("") == 0
    receiver.first = kill_at_the_second
    process = sending(tmp_path, receiver.url, "session data")
    assert process.wait() != 0
    assert receiver.told() == ["Trouble: toolost main, session", "Trouble: distrokid main, data"]
    receiver.first = None
    assert send("session data") == 0
    assert receiver.told() == ["Trouble: distrokid main, data"]
    assert send("session data") == 0
    assert receiver.told() == []


def test_nothing_is_sent_that_could_not_be_stored(receiver: Receiver, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = config(tmp_path, receiver.url)
    notify(place, [])
    with monkeypatch.context() as patch:
        patch.setattr(durable, "beside", lambda target: target.parent / "nowhere" / target.name)
        for _ in range(3):
            with pytest.raises(OSError):
                notify(place, [SESSION])
    assert receiver.told() == []
    notify(place, [SESSION])
    assert receiver.told() == ["Trouble: toolost main, session"]


def test_an_address_taken_out_is_owed_nothing(receiver: Receiver, other: Receiver, tmp_path: Path) -> None:
    notify(config(tmp_path, receiver.url, other.url), [])
    other.status = 500
    notify(config(tmp_path, receiver.url, other.url), [SESSION])
    receiver.told()
    notify(config(tmp_path, receiver.url), [SESSION])
    assert receiver.told() == [] and stored(tmp_path)[0]["to_tell"] == []


@pytest.mark.parametrize("answer", [200, 401, 500, None])
def test_no_address_is_ever_shown_or_stored(receiver: Receiver, tmp_path: Path, answer: int | None) -> None:
    receiver.status = answer or 200
    first = receiver.url if answer else f"json://127.0.0.1:9/{TOKEN}"
    urls = f"{first} nosuchservice://{TOKEN} slack://{TOKEN}"
    assert TOKEN not in repr(config(tmp_path, urls))
    for issues in ("", "session", ""):
        out, err = (process := sending(tmp_path, urls, issues)).communicate()
        assert process.returncode == 0 and TOKEN not in out + err
        assert "entry 2 of BEDROT_NOTIFY_URLS is no address" in err and "entry 3 of BEDROT_NOTIFY_URLS" in err
        assert len(err.splitlines()) == 2 + (issues == "session" and answer != 200)
    kept = [path.read_text(encoding="utf-8") for path in tmp_path.rglob("*") if path.is_file()]
    assert kept and not any(TOKEN in text for text in kept)


def test_what_the_library_would_log_is_kept_quiet(receiver: Receiver, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    place = config(tmp_path, receiver.url, f"slack://{TOKEN}")
    with caplog.at_level(logging.DEBUG):
        for issues in ([], [SESSION], []):
            notify(place, issues)
        logging.getLogger().warning("told again")
    told = [record.message for record in caplog.records if record.name != "filelock"]
    assert told == ["told again"] and len(receiver.told()) == 2

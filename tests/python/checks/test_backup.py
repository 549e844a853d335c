"""Backup and restore: whole or not there, checked byte by byte, never over data, and never with a session in it."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from filelock import FileLock
from support.commands import PROJECT_DIR, cli
from support.ledgers import ledger_a, sale
from support.small_warehouse import publish

from common.durable_files import digest
from common.errors import StorageError
from common.seeds import seed_files
from common.settings import Settings
from warehouse.backups import backup as backups
from warehouse.backups.drill import comparable, compared
from warehouse.backups.files import listed
from warehouse.backups.manifest import Manifest, is_safe
from warehouse.backups.restore import copy_all
from warehouse.building.selection import inputs_of

CANARY = b"canary-of-a-session-7f3a"
PURCHASES = b"""Date,Description,Amount,Category,Status,CardLast4
2026-05-01,ADS,10.00,Ads,posted,1234
2026-05-02,ADS,9.00,Ads,posted,7777
"""
FILES = {
    "dk_bank_details_20260501_101500.tsv": ledger_a([sale("2026-03-29", "2026-01"), sale("2026-04-24", "2026-02")]),
    "capitol_one_purchases.csv": PURCHASES,
    "zone-a0-audience-timeline.csv": b"date,listeners,streams,followers\n2026-05-01,1,2,3\n",
    "streams_stats_20260503.html": b"<html><title>Log in</title></html>",
}
posix = pytest.mark.skipif(os.name == "nt", reason="modes, links and limits of POSIX")


@pytest.fixture(scope="module")
def landed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder into which files have landed, and one was refused."""
    folder = tmp_path_factory.mktemp("landed")
    (folder / "box").mkdir()
    for name, content in FILES.items():
        (folder / "box" / name).write_bytes(content)
    assert cli(folder / "data", "land", str(folder / "box")).returncode == 6
    return folder / "data"


@pytest.fixture
def data(landed: Path, tmp_path: Path) -> Path:
    """A copy of it of one's own, with what never goes into a backup."""
    folder = tmp_path / "data"
    shutil.copytree(landed, folder)
    for name in ("sessions/distrokid/main/profile/Cookies", "warehouse/x/bedrot.duckdb", "exports/a.csv", "inbox/b.csv", ".env"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(CANARY)
    return folder


@pytest.fixture(scope="module")
def made(landed: Path) -> Path:
    """A backup."""
    return backed_up(Path(shutil.copytree(landed, landed.parent / "copy")))


@pytest.fixture
def path(made: Path, tmp_path: Path) -> Path:
    """A copy of it, to be damaged."""
    return shutil.copytree(made, tmp_path / made.name)


def backed_up(data: Path, *options: str, code: int = 0) -> Path:
    """Make a backup; return where it is."""
    done = cli(data, "backup", *options)
    assert done.returncode == code, done.stderr
    return Path(next(line for line in done.stdout.splitlines() if line.startswith("Backed up ")).removeprefix("Backed up "))


def contents(folder: Path) -> dict[str, bytes]:
    """Return every file below a folder."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def kept(folder: Path) -> dict[str, bytes]:
    """Return the files of a data folder or a backup that a backup keeps."""
    areas = ("landing", "originals", "quarantine", "runs")
    return {
        path: content
        for path, content in contents(folder).items()
        if path.split("/")[0] in areas and "/." not in path and "_backup_" not in path and "_restore_" not in path
    }


def reseal(folder: Path, change: Callable[[dict], None]) -> None:
    """Change what a manifest says, and its seal with it."""
    stated = json.loads((folder / "manifest.json").read_bytes())
    change(stated)
    text = json.dumps(stated).encode()
    (folder / "manifest.json").write_bytes(text)
    (folder / "manifest.sha256").write_text(f"{hashlib.sha256(text).hexdigest()}  manifest.json\n")


def refused(data: Path, *arguments: str, code: int) -> str:
    """Run a command that must fail; return its one line."""
    done = cli(data, *arguments)
    assert done.returncode == code, done.stderr
    assert done.stderr.startswith("error: ") and done.stderr.count("\n") == 1, done.stderr
    return done.stderr


# ------------------------------------------------------------------ making one


def test_a_backup_lists_every_file_with_its_hash(data: Path) -> None:
    path = backed_up(data)
    assert path.parent == data / "backups"
    manifest = json.loads((path / "manifest.json").read_bytes())
    assert (path / "manifest.sha256").read_text() == f"{digest(path / 'manifest.json')}  manifest.json\n"
    stated = {one["path"]: (one["bytes"], one["sha256"]) for one in manifest["files"]}
    found = {
        name: (len(content), hashlib.sha256(content).hexdigest())
        for name, content in contents(path).items()
        if not name.startswith("manifest.")
    }
    assert stated == found and kept(path) == kept(data)
    seeds = {f"seeds/{one.name}": one.read_bytes() for one in seed_files(Settings(data_dir=data, _env_file=None)).values()}
    assert seeds.items() <= contents(path).items()
    newest = re.search(r"^## ([0-9.]+) - ", (PROJECT_DIR / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert newest and manifest["version"] == newest[1]
    assert manifest["lost"] == [] and not manifest["holds_demo"]


def test_no_session_and_nothing_that_can_be_made_again_is_in_it(data: Path) -> None:
    path = backed_up(data)
    assert not any(CANARY in content for content in contents(path).values())
    assert sorted(one.name for one in path.iterdir()) == [
        "landing", "manifest.json", "manifest.sha256", "originals", "quarantine", "runs", "seeds",
    ]  # fmt: skip
    assert not [name for name in contents(path) if "/." in name]


@posix
def test_it_is_as_private_as_the_data(data: Path) -> None:
    original = next(path for path in (data / "originals").rglob("*.csv"))
    original.chmod(0o600)
    path = backed_up(data)
    data.chmod(0o750)
    again = backed_up(data)
    into = data.parent / "again"
    assert cli(data, "restore", str(again), "--into", str(into)).returncode == 0
    modes = {folder: stat.S_IMODE(folder.stat().st_mode) for folder in (path, into, into / "quarantine")}
    assert list(modes.values()) == [0o700, 0o750, 0o700]
    assert all(stat.S_IMODE(one.stat().st_mode) == 0o700 for one in (into / "quarantine").iterdir())
    assert stat.S_IMODE((into / original.relative_to(data)).stat().st_mode) == 0o600


def test_a_further_backup_shares_what_has_not_changed(data: Path) -> None:
    one = backed_up(data)
    rotten = next(path for path in (one / "originals").rglob("*.tsv"))
    rotten.write_bytes(rotten.read_bytes().replace(b"PIG1987", b"PIG1988"))
    done = cli(data, "backup")
    two = sorted((data / "backups").glob("2*"))[1]
    same = [name for name in kept(two) if (two / name).samefile(one / name)]
    assert sorted(kept(two).keys() - same) == [rotten.relative_to(one).as_posix()]
    assert f"{rotten} has other bytes than it had; this backup has the right ones" in done.stderr
    assert kept(two) == kept(data) and not any((two / name).samefile(data / name) for name in same)
    assert cli(data, "restore", str(two), "--into", str(data.parent / "into")).returncode == 0


def test_nothing_landed_is_nothing_to_back_up(tmp_path: Path) -> None:
    assert "nothing has landed" in refused(tmp_path / "fresh", "backup", code=2)
    assert not (tmp_path / "fresh").exists()


def test_places_where_a_backup_can_not_go(data: Path) -> None:
    (data.parent / "file").touch()
    assert "a part of what is backed up" in refused(data, "backup", "--output", str(data / "landing" / "backups"), code=2)
    assert "a file" in refused(data, "backup", "--output", str(data.parent / "file"), code=2)
    assert "Is the disk there?" in refused(data, "backup", "--output", str(data.parent / "disk" / "backups"), code=2)
    assert backed_up(data, "--output", str(data.parent / "disk")).parent == data.parent / "disk"


@posix
def test_a_link_is_never_followed(data: Path) -> None:
    link = data / "originals" / "aa"
    link.mkdir(exist_ok=True)
    (link / "session.csv").symlink_to(data / "sessions" / "distrokid" / "main" / "profile" / "Cookies")
    done = cli(data, "backup")
    assert done.returncode == 8 and f"{link / 'session.csv'}: a link" in done.stderr and done.stderr.count("\n") == 1
    assert list((data / "backups").glob("2*")) == []


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root reads everything")
def test_a_file_that_can_not_be_read_stops_the_backup(data: Path) -> None:
    original = next(path for path in (data / "originals").rglob("*.csv"))
    original.chmod(0)
    done = cli(data, "backup")
    assert done.returncode == 8 and str(original) in done.stderr and list((data / "backups").glob("[2.]*Z*")) == []


# ------------------------------------------------------------------ damage in the data


def test_a_file_that_was_lost_or_changed_is_told_until_it_is_mended(data: Path) -> None:
    first = backed_up(data)
    extract = next((data / "landing" / "bank" / "purchases").glob("2*.parquet"))
    original = next(path for path in (data / "originals").rglob("*.csv"))
    extract.unlink()
    original.write_bytes(b"other")
    for _ in range(2):
        done = cli(data, "backup")
        assert done.returncode == 8 and "2 files are missing or damaged" in done.stdout
        for path in (extract, original):
            name = path.relative_to(data).as_posix()
            assert f"not as it was: {name}; the copy in {first / name} is" in done.stderr
    assert "2 missing or damaged then" in cli(data, "status", "--all").stdout
    for path in (extract, original):
        shutil.copy(first / path.relative_to(data), path)
    backed_up(data)
    extract.unlink()
    backed_up(data, code=8)
    shutil.rmtree(first)
    backed_up(data, "--accept")
    backed_up(data)


def test_an_original_without_its_bytes_is_told_in_a_first_backup(data: Path) -> None:
    original = next(path for path in (data / "originals").rglob("*.csv"))
    original.write_bytes(b"other")
    done = cli(data, "backup")
    assert done.returncode == 8 and f"{original.name}; no backup here has it as it was" in done.stderr
    told = cli(data, "restore", "--into", str(data.parent / "into"))
    assert told.returncode == 0 and "1 file missing or damaged already" in told.stdout


# ------------------------------------------------------------------ while others work


def test_what_lands_meanwhile_is_there_whole_or_not_at_all(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    table = data / "landing" / "bank" / "purchases"
    name = "20260101T000000Z_{:06d}_0123456789ab.parquet".format

    def raced(base: Path, area: str) -> dict[str, Path]:
        """A listing that has missed number 7 and seen number 8; then number 9 lands."""
        found = listed(base, area)
        if area == "landing" and not (table / name(9)).exists():
            found = {path: file for path, file in found.items() if file.name != name(7)}
            (table / name(9)).write_bytes(b"9")
        return found

    (table / name(7)).write_bytes(b"7")
    (table / name(8)).write_bytes(b"8")
    monkeypatch.setattr(backups, "listed", raced)
    found = {path.name for path in backups.landed(Settings(data_dir=data, _env_file=None)).values()}
    assert {name(7), name(8)} < found and name(9) not in found and "_schema.parquet" in found


def test_a_refused_file_that_is_discarded_meanwhile_is_left_out(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def raced(base: Path, area: str) -> dict[str, Path]:
        found = listed(base, area)
        if area == "quarantine":
            next(base.glob("*/reason.json")).unlink()
        return found

    monkeypatch.setattr(backups, "listed", raced)
    config = Settings(data_dir=data, _env_file=None)
    (data.parent / "place").mkdir()
    path, manifest, _ = backups.make(config, data.parent / "place", accept=False)
    assert manifest.of("quarantine") == {} and not any((path / "quarantine").glob("*")) and kept(path).keys() < kept(data).keys()


def test_backups_of_a_folder_into_which_files_land(data: Path, tmp_path: Path) -> None:
    box = tmp_path / "box"
    box.mkdir()
    for number in range(1, 29):
        sales = [sale("2026-03-29", "2026-01", quantity=str(one)) for one in range(number)]
        (box / f"dk_bank_details_202606{number:02d}_101500.tsv").write_bytes(ledger_a(sales))
    landing = subprocess.Popen(
        [sys.executable, str(PROJECT_DIR / "cli.py"), "land", str(box)],
        env=os.environ | {"BEDROT_DATA_DIR": str(data)}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    made = []
    while landing.poll() is None or not made:
        made.append(backed_up(data, "--output", str(tmp_path / "place")))
    for number, path in enumerate(made):
        into = tmp_path / f"into{number}"
        assert cli(into, "restore", str(path)).returncode == 0
        told = cli(into, "verify")
        assert (told.returncode, told.stderr) == (0, ""), told.stdout


def test_a_file_that_is_gone_before_it_was_copied_stops_the_backup(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def raced(base: Path, area: str) -> dict[str, Path]:
        found = listed(base, area)
        if area == "originals":
            next(iter(found.values())).unlink()
        return found

    monkeypatch.setattr(backups, "listed", raced)
    monkeypatch.setattr(backups, "settings", lambda: Settings(data_dir=data, _env_file=None))
    with pytest.raises(StorageError, match="gone while it was copied"):
        backups.backup()
    assert list((data / "backups").glob("*Z*")) == []


def test_one_at_a_time(data: Path, tmp_path: Path) -> None:
    path = backed_up(data)
    with FileLock(data / "backups" / ".backup.lock"):
        told = cli(data, "backup", BEDROT_LOCK_WAIT_SECONDS="0.1")
    assert told.returncode == 7 and "another backup is running" in told.stderr
    (tmp_path / "into").mkdir()
    with FileLock(tmp_path / "into" / ".restore.lock"):
        told = cli(data, "restore", str(path), "--into", str(tmp_path / "into"), BEDROT_LOCK_WAIT_SECONDS="0.1")
    assert told.returncode == 7 and "another restore is running" in told.stderr


# ------------------------------------------------------------------ killed, and full


def many_originals(data: Path, count: int = 400) -> None:
    """Add originals, so that there is something to be killed in."""
    for number in range(count):
        content = str(number).encode() * 20_000
        sha256 = hashlib.sha256(content).hexdigest()
        path = data / "originals" / sha256[:2] / f"{sha256}.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def killed(data: Path, folder: Path, pattern: str, files: int, *arguments: str) -> None:
    """Start a command and kill it once so many files lie in the folder it writes aside."""
    before = set(folder.glob(pattern))
    process = subprocess.Popen(
        [sys.executable, str(PROJECT_DIR / "cli.py"), *arguments],
        env=os.environ | {"BEDROT_DATA_DIR": str(data)}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    end = time.monotonic() + 30
    while process.poll() is None and time.monotonic() < end:
        if any(sum(len(names) for _, _, names in os.walk(one)) >= files for one in set(folder.glob(pattern)) - before):
            break
        time.sleep(0.001)
    assert process.poll() is None, "it ended before it could be killed"
    process.kill()
    process.wait()


def test_a_killed_backup_leaves_none_and_the_next_is_whole(data: Path) -> None:
    many_originals(data)
    for files in (0, 40, 200, 400):
        killed(data, data / "backups", ".backup-*.tmp", files, "backup")
        assert list((data / "backups").glob("2*")) == [] and list((data / "backups").glob(".backup-*.tmp"))
    path = backed_up(data)
    assert kept(path) == kept(data) and [one.name for one in (data / "backups").iterdir() if one.is_dir()] == [path.name]


def test_a_killed_restore_leaves_no_data_and_the_next_is_whole(data: Path, tmp_path: Path) -> None:
    many_originals(data)
    path, into = backed_up(data), tmp_path / "into"
    for files in (0, 40, 200, 400):
        killed(data, into, ".restore-*.tmp", files, "restore", str(path), "--into", str(into))
        assert not (into / "landing").exists()
    assert cli(data, "restore", str(path), "--into", str(into)).returncode == 0
    assert kept(into) == kept(path) and list(into.glob(".restore-*.tmp")) == []


def test_a_restore_killed_between_its_renames_is_completed_and_never_mixed(data: Path, tmp_path: Path) -> None:
    path, into = backed_up(data), tmp_path / "into"
    shutil.copytree(path / "originals", into / "originals")
    assert cli(data, "restore", str(path), "--into", str(into)).returncode == 0
    assert kept(into) == kept(path)
    other = tmp_path / "other"
    shutil.copytree(path / "originals", other / "originals")
    next(one for one in (other / "originals").rglob("*.csv")).write_bytes(b"other")
    assert "holds data (originals)" in refused(data, "restore", str(path), "--into", str(other), code=2)


@posix
def test_a_full_disk_leaves_nothing(data: Path, tmp_path: Path) -> None:
    many_originals(data, 3)
    limited = "import resource, sys, runpy; resource.setrlimit(resource.RLIMIT_FSIZE, (16_000, 16_000)); sys.argv = sys.argv[1:]; runpy.run_path(sys.argv[0], run_name='__main__')"

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-c", limited, str(PROJECT_DIR / "cli.py"), *arguments],
            env=os.environ | {"BEDROT_DATA_DIR": str(data)}, capture_output=True, text=True, check=False,
        )  # fmt: skip

    done = run("backup")
    assert done.returncode == 8 and done.stderr.splitlines()[-1].startswith("error: the disk refused"), done.stderr
    assert [one.name for one in (data / "backups").iterdir() if one.name != ".backup.lock"] == []
    path = backed_up(data)
    done = run("restore", str(path), "--into", str(tmp_path / "into"))
    assert done.returncode == 8 and done.stderr.startswith("error: the disk refused") and done.stderr.count("\n") == 1
    assert not (tmp_path / "into").exists()


@posix
def test_a_disk_without_room_is_told_before_anything_is_written(data: Path) -> None:
    sparse = data / "originals" / "aa" / f"{'aa' * 32}.csv"
    sparse.parent.mkdir(exist_ok=True)
    sparse.touch()
    os.truncate(sparse, 8 << 40)
    done = cli(data, "backup")
    assert done.returncode == 8 and "bytes are needed" in done.stderr and list((data / "backups").glob("2*")) == []


# ------------------------------------------------------------------ restoring


def test_a_restored_folder_is_equal_and_verifies(data: Path, tmp_path: Path) -> None:
    path, into = backed_up(data), tmp_path / "data again"
    done = cli(into, "restore", str(path))
    assert (done.returncode, done.stderr) == (0, "")
    assert kept(into) == kept(data) and "The backup's seeds are as those in use" in done.stdout
    assert sorted(one.name for one in into.iterdir() if not one.name.startswith(".")) == [
        "landing", "originals", "quarantine", "runs",
    ]  # fmt: skip
    told = cli(into, "verify")
    assert (told.returncode, "all as landed" in told.stdout) == (0, True)
    assert "streams_stats_20260503.html" in cli(into, "quarantine", "list").stdout
    again = cli(into, "land", str(next((into / "originals").rglob("*.tsv"))), "--extracted-at", "2026-06-01")
    assert again.stdout.startswith("unchanged")


def test_the_newest_of_a_folder_of_backups_is_restored(data: Path, tmp_path: Path) -> None:
    backed_up(data)
    (data / "runs" / "note.json").write_text("{}")
    backed_up(data)
    assert cli(data, "restore", "--into", str(tmp_path / "into")).returncode == 0
    assert (tmp_path / "into" / "runs" / "note.json").exists()
    assert "no such folder" in refused(tmp_path / "fresh", "restore", code=2)
    assert "no backup" in refused(data, "restore", str(tmp_path), "--into", str(tmp_path / "x"), code=2)


def test_seeds_that_differ_are_put_aside_and_named(data: Path, tmp_path: Path) -> None:
    path = backed_up(data)
    goals, windows = path / "seeds" / "seed_goals.csv", path / "seeds" / "seed_tracks.csv"
    goals.write_bytes(goals.read_bytes() + b"mine\n")
    windows.write_bytes(windows.read_bytes().replace(b"\n", b"\r\n"))

    def take(stated: dict) -> None:
        for one in stated["files"]:
            if one["path"] in ("seeds/seed_goals.csv", "seeds/seed_tracks.csv"):
                one |= {"bytes": (path / one["path"]).stat().st_size, "sha256": digest(path / one["path"])}

    reseal(path, take)
    before = contents(PROJECT_DIR / "seeds")
    done = cli(data, "restore", str(path), "--into", str(tmp_path / "into"))
    restored = tmp_path / "into" / "seeds-restored"
    assert (
        done.returncode == 0
        and "1 of the backup's seeds are not as those in use" in done.stdout
        and "(seed_goals.csv)" in done.stdout
    )
    assert contents(restored) == contents(path / "seeds") and contents(PROJECT_DIR / "seeds") == before


@pytest.mark.skipif(os.name == "nt", reason="sets modes")
def test_what_is_restored_is_never_writable_by_others(path: Path, tmp_path: Path) -> None:
    """Whoever can change a manifest can't make anything run as somebody else."""

    def open_up(stated: dict) -> None:
        for one in stated["files"]:
            one["mode"] = 0o6777
        stated["folders"] = dict.fromkeys(stated["folders"], 0o2777)

    reseal(path, open_up)
    into = tmp_path / "into"
    assert cli(tmp_path / "data", "restore", str(path), "--into", str(into)).returncode == 0
    modes = {stat.S_IMODE(one.stat().st_mode) for one in (into, *into.rglob("*")) if ".locks" not in one.parts}
    assert modes and all(mode & ~0o755 == 0 for mode in modes)


def a_file(path: Path) -> Path:
    return next(one for one in (path / "originals").rglob("*.csv"))


def reworded(path: Path, old: bytes, new: bytes) -> None:
    path.write_bytes(path.read_bytes().replace(old, new))


def renamed(name: str) -> Callable[[Path], None]:
    """Return what makes a manifest list its first file under another name, with its bytes there."""
    return lambda path: reseal(path, lambda stated: stated["files"][0].update(path=name))


DAMAGES: dict[str, tuple[Callable[[Path], object], str]] = {
    "missing": (lambda path: a_file(path).unlink(), ".csv is missing"),
    "other bytes": (lambda path: a_file(path).write_bytes(a_file(path).read_bytes()[:-1] + b"?"), "has other bytes than it had"),
    "not listed": (lambda path: (path / "landing" / "more.parquet").write_bytes(b"PAR1"), "landing/more.parquet is not listed"),
    "not listed at the top": (lambda path: (path / "current.json").write_bytes(b"{}"), "current.json is not listed"),
    "other manifest": (lambda path: reworded(path / "manifest.json", b'"version": "0', b'"version": "1'), "manifest.sha256 says"),
    "cut manifest": (lambda path: os.truncate(path / "manifest.json", 200), "manifest.sha256 says"),
    "no seal": (lambda path: (path / "manifest.sha256").unlink(), "manifest.sha256 is missing"),
    "no manifest": (lambda path: (path / "manifest.json").unlink(), "manifest.json or"),
    "no list": (lambda path: reseal(path, lambda stated: stated.update(files=[{"path": "a"}])), "is no manifest"),
    "a number as a path": (lambda path: reseal(path, lambda stated: stated["files"][0].update(path=5)), "is no manifest"),
    "a text as a size": (lambda path: reseal(path, lambda stated: stated["files"][0].update(bytes="x")), "is no manifest"),
    "a size below zero": (lambda path: reseal(path, lambda stated: stated["files"][0].update(bytes=-1)), "is no manifest"),
    "a text as a mode": (lambda path: reseal(path, lambda stated: stated["folders"].update({".": "rwx"})), "is no manifest"),
    "folders as a list": (lambda path: reseal(path, lambda stated: stated.update(folders=["."])), "is no manifest"),
    "no data folder": (
        lambda path: reseal(path, lambda stated: stated["folders"].pop(".")),
        "does not state the data folder's mode",
    ),
    "losses as a text": (lambda path: reseal(path, lambda stated: stated.update(lost="none")), "is no manifest"),
    "twice": (lambda path: reseal(path, lambda stated: stated["files"].append(stated["files"][0])), "lists a file twice"),
    "above": (renamed("originals/../../escaped"), "no path in a backup"),
    "absolute": (renamed("/tmp/escaped"), "no path in a backup"),
    "hidden": (renamed("landing/.env"), "no path in a backup"),
    "another area": (renamed("sessions/escaped"), "no path in a backup"),
    "a file for an area": (renamed("landing"), "no path in a backup"),
    "a folder outside": (
        lambda path: reseal(path, lambda stated: stated["folders"].update({"..": 0o777})),
        "no path in a backup",
    ),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_backup_is_refused_before_anything_is_written(path: Path, tmp_path: Path, damage: str) -> None:
    make_it, what = DAMAGES[damage]
    make_it(path)
    before = sorted(tmp_path.iterdir())
    told = refused(tmp_path / "into", "restore", str(path), code=8)
    assert str(path) in told and what in told and "nother backup" in told
    assert sorted(tmp_path.iterdir()) == before


def test_a_file_that_reads_otherwise_a_second_time_is_not_taken(path: Path, tmp_path: Path) -> None:
    a_file(path).write_bytes(b"other")
    with pytest.raises(StorageError, match="other bytes on a second reading"):
        copy_all(path, Manifest.read(path), tmp_path / "into")


@posix
@pytest.mark.parametrize("place", ["landing", "originals/aa", "quarantine/x.csv", "link"])
def test_a_backup_with_a_link_is_refused(path: Path, tmp_path: Path, place: str) -> None:
    outside = tmp_path / "outside"
    if (path / place).exists():
        shutil.move(path / place, outside)
    else:
        outside.write_bytes(b"outside")
    (path / place).symlink_to(outside)
    assert "a link" in refused(tmp_path / "into", "restore", str(path), code=8)
    assert not (tmp_path / "into").exists()


def test_what_systems_leave_in_folders_is_no_damage(path: Path, tmp_path: Path) -> None:
    for name in (".DS_Store", "landing/._x", "originals/Thumbs.db"):
        (path / name).write_bytes(b"x")
    assert cli(tmp_path / "into", "restore", str(path)).returncode == 0
    assert not [name for name in contents(tmp_path / "into") if "Thumbs" in name or "_x" in name or "DS" in name]


def test_a_later_form_is_told(path: Path, tmp_path: Path) -> None:
    reseal(path, lambda stated: stated.update(format=2, version="9.0"))
    assert "version 9.0" in refused(tmp_path / "into", "restore", str(path), code=2)


@pytest.mark.parametrize(
    "held", ["landing/bank/purchases/2x.parquet", "originals/aa/x.csv", "quarantine/x/y", "runs/x.json", "demo.json"]
)
def test_data_is_never_overwritten(path: Path, tmp_path: Path, held: str) -> None:
    target = tmp_path / "into" / held
    target.parent.mkdir(parents=True)
    target.write_bytes(b"{}")
    assert f"holds data ({held.split('/')[0]})" in refused(tmp_path / "into", "restore", str(path), code=2)
    assert contents(tmp_path / "into") == {held: b"{}"}


def test_a_restored_folder_is_not_restored_again(path: Path, tmp_path: Path) -> None:
    into = tmp_path / "into"
    assert cli(into, "restore", str(path)).returncode == 0
    before = contents(into)
    assert "holds data (originals, quarantine, runs, landing)" in refused(into, "restore", str(path), code=2)
    assert "inside the backup" in refused(into, "restore", str(path), "--into", str(path / "into"), code=2)
    assert contents(into) == before


def test_a_folder_with_headers_and_other_things_but_no_data_is_filled(data: Path) -> None:
    path = backed_up(data)
    for name in ("landing", "originals", "quarantine", "runs"):
        shutil.rmtree(data / name)
    headers = data / "landing" / "bank" / "purchases"
    headers.mkdir(parents=True)
    (headers / "_schema.parquet").write_bytes(b"PAR1")
    assert cli(data, "restore").returncode == 0
    assert kept(data) == kept(path) and (data / "inbox" / "b.csv").read_bytes() == CANARY
    assert cli(data, "verify").returncode == 0


def test_a_demo_stays_a_demo(data: Path, tmp_path: Path) -> None:
    (data / "demo.json").write_text('{"scale": 1, "seed": 1987}')
    path = backed_up(data)
    assert cli(data, "restore", str(path), "--into", str(tmp_path / "into")).returncode == 0
    assert (tmp_path / "into" / "demo.json").read_text() == '{"scale": 1, "seed": 1987}'


@pytest.mark.parametrize(
    ("path", "safe"),
    [
        ("landing/a/b/_schema.parquet", True), ("quarantine/x/content.a:b", True), ("demo.json", True), ("landing", True),
        ("landing/../x", False), ("landing//x", False), ("landing/x/", False), ("/landing/x", False), ("landing/./x", False),
        ("landing\\..\\x", False), ("landing/a\\..\\..\\x", False), ("\\\\host\\landing", False), ("C:landing/x", False),
        ("landing/x\0", False), ("landing/.locks/x", False), ("", False), (".", False), ("warehouse/x", False),
    ],
)  # fmt: skip
def test_paths_that_stay_in_their_area(path: str, safe: bool) -> None:
    assert is_safe(path) is safe


# ------------------------------------------------------------------ drills


def test_status_tells_that_there_is_no_backup_and_that_one_failed(data: Path) -> None:
    told = cli(data, "status", "--all").stdout
    assert "Last backup  none" in told and "Last drill" not in told
    path = backed_up(data)
    (data / "originals" / "aa").mkdir(exist_ok=True)
    with FileLock(data / "backups" / ".backup.lock"):
        cli(data, "backup", BEDROT_LOCK_WAIT_SECONDS="0.1")
    told = cli(data, "status", "--all").stdout
    assert str(path) in told and "Backup       backup: another backup is running" in told and "Last drill   none" in told


def test_a_drill_of_damaged_data_fails_and_is_told(data: Path) -> None:
    extract = next((data / "landing" / "bank" / "purchases").glob("2*.parquet"))
    extract.write_bytes(extract.read_bytes()[:-20])
    backed_up(data)
    done = cli(data, "restore", "--drill")
    assert done.returncode == 9
    assert "`verify` on the restored folder ended with 8" in done.stderr and extract.name in done.stderr
    assert (
        "Last drill" in (told := cli(data, "status", "--all").stdout)
        and extract.name in told.partition("Last drill")[2].splitlines()[0]
    )
    assert list(data.glob(".drill-*")) == []
    assert "Leave out --drill or --into" in refused(data, "restore", "--drill", "--into", str(data.parent / "into"), code=2)


def test_marts_that_differ_are_named(tmp_path: Path) -> None:
    one = publish(tmp_path / "one")
    changes = """
        insert into marts.artists from marts.artists limit 1;
        update marts.revenue_transactions set net_revenue_usd = net_revenue_usd + 0.000000000001 where transaction_id = 'line-1';
        create table marts.odd as select 1 as one;
    """
    two = publish(tmp_path / "two", changes)
    marts, found = compared(one, two, tmp_path)
    assert marts == ["artists", "odd", "revenue_transactions"]
    assert found == [
        "artists: 1 only in restored",
        "odd: only in restored",
        "revenue_transactions: 1 only in published, 1 only in restored",
    ]
    same = shutil.copy(one, tmp_path / "same.duckdb")
    assert compared(one, Path(same), tmp_path) == (["artists", "revenue_transactions"], [])


def test_marts_are_compared_only_with_those_of_the_same_landing_and_models(data: Path) -> None:
    config = Settings(data_dir=data, _env_file=None)
    manifest = Manifest.read(backed_up(data))
    assert comparable(config, manifest) == (None, "Nothing is published yet. Run `python cli.py build`")
    record = {"published": str(publish(data)), "inputs": inputs_of(config)}
    path = data / "runs" / "2026" / "07" / "20260704T101500Z_build_1.json"
    path.parent.mkdir(parents=True)
    for changed, why in (
        ({}, ""),
        ({"inputs": record["inputs"] | {"landing": "0"}}, "the published build read another landing"),
        ({"inputs": record["inputs"] | {"project": "0"}}, "models or seeds have changed"),
        ({"published": "another"}, "is not known"),
    ):
        path.write_text(json.dumps(record | changed))
        found, told = comparable(config, manifest)
        assert (found is None) == bool(changed) and why in told
    next((data / "landing" / "bank" / "purchases").glob("2*.parquet")).unlink()
    assert inputs_of(config)["landing"] != record["inputs"]["landing"]


def test_a_restored_folder_builds_to_equal_marts(demo_copy: Path) -> None:
    data = demo_copy
    backed_up(data)
    done = cli(data, "restore", "--drill")
    assert done.returncode == 0, done.stderr
    assert "marts equal those published, row for row" in done.stdout
    assert "marts equal those published, row for row" in cli(data, "status", "--all").stdout.partition("Last drill")[2]
    assert list(data.glob(".drill-*")) == [] and [one.name for one in data.glob("*restored*")] == []

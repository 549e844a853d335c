"""A backup put back: all of it is checked before anything is written, and nothing that is there is overwritten."""

from __future__ import annotations

import contextlib
import shlex
from pathlib import Path

from common.durable_files import digest, sync
from common.errors import StorageError, UsageError
from common.printing import counted
from common.run_records import recorded
from common.seeds import seed_files
from common.settings import DEMO_MARK, Settings, settings
from warehouse.asking.values import tracked
from warehouse.backups.backup import BACKUPS
from warehouse.backups.files import aside, copied, held, holds_data, listed, require_space, set_mode, sync_folders
from warehouse.backups.manifest import Manifest, chosen, require_whole

SEEDS_RESTORED = "seeds-restored"
PLACED = ("originals", "quarantine", "runs", SEEDS_RESTORED, DEMO_MARK, "landing")  # landing last: it makes the rest count


def restore(backup: Path | None = None, into: Path | None = None) -> None:
    """Put a backup back into a folder without data, and say what to do next.

    A run that failed leaves no record: the folder stays as it was.
    Raises UsageError where the folder holds data, StorageError where the backup is damaged.
    """
    config = settings()
    folder = chosen(backup or config.data_dir / BACKUPS)
    target = (into or config.data_dir).expanduser().absolute()
    manifest = Manifest.read(folder)
    if target.resolve().is_relative_to(folder.resolve()):
        raise UsageError(f"--into {target}: inside the backup. Name another folder.")
    place(config, folder, manifest, target)
    with recorded(config.model_copy(update={"data_dir": target}), "restore", backup=str(folder)) as record:
        record["restored"] = {"created_at": manifest.created_at, "files": len(manifest.files), "bytes": manifest.bytes}
    print(f"Restored {target}: {manifest.data_dir} as it was at {manifest.created_at} UTC.")
    if manifest.lost:
        print(f"{counted(len(manifest.lost), 'file')} missing or damaged already when this backup was made: see `verify`.")
    print(told_of_seeds(folder, manifest, target / SEEDS_RESTORED))
    where = "" if target == config.data_dir else f" with BEDROT_DATA_DIR={shlex.quote(str(target))}"
    print(f"Next{where}: `python cli.py verify`, `python cli.py build`; sessions are never kept: log in again.")


def place(config: Settings, folder: Path, manifest: Manifest, target: Path) -> None:
    """Check a backup, copy it aside and move it into the target by renames, landing last.

    A kill before the last rename leaves a folder in which nothing has landed; restoring again completes it.
    """
    refuse_data(target, manifest)
    print(f"Checking {counted(len(manifest.files), 'file')}, {counted(manifest.bytes, 'byte')} in {folder} …", flush=True)
    require_whole(folder, manifest)
    is_new = not target.exists()
    target.mkdir(parents=True, exist_ok=True)
    if is_new:
        set_mode(target, manifest.folders["."] | 0o700)
    try:
        with held(config, target, "restore"):
            refuse_data(target, manifest)
            require_space(target, manifest.bytes)
            with aside(target, "restore") as temporary:
                copy_all(folder, manifest, temporary)
                for name in PLACED:
                    if (temporary / name).exists() and not is_placed(target, name, manifest):
                        if (target / name).exists():  # headers without rows, or nothing
                            (target / name).rename(temporary / f"{name}.empty")
                        (temporary / name).rename(target / name)
                        sync(target)
    except BaseException:
        if is_new:
            (target / ".restore.lock").unlink(missing_ok=True)
            with contextlib.suppress(OSError):
                target.rmdir()
        raise


def refuse_data(target: Path, manifest: Manifest) -> None:
    """Raise UsageError for a target that holds data, or the mark of a demo.

    What a killed run placed of the same backup is no data yet: it is equal, and nothing has landed.
    """
    if target.exists() and not target.is_dir():
        raise UsageError(f"{target}: a file. Name a folder with --into.")
    has_landed = holds_data(target / "landing")
    there = [name for name in PLACED if (target / name).is_file() or holds_data(target / name)]
    there = [name for name in there if has_landed or not is_placed(target, name, manifest)]
    if there:
        raise UsageError(f"{target}: holds data ({', '.join(there)}), never overwritten. Name another folder with --into.")


def is_placed(target: Path, name: str, manifest: Manifest) -> bool:
    """Say whether a part of the target is there already, byte for byte."""
    area = "seeds" if name == SEEDS_RESTORED else name
    wanted = manifest.of(area)
    path = target / name
    found = {name: path} if path.is_file() else listed(path, area)
    return bool(found) and found.keys() == wanted.keys() and all(digest(found[one]) == wanted[one].sha256 for one in wanted)


def copy_all(folder: Path, manifest: Manifest, temporary: Path) -> None:
    """Copy every file of a backup, as private as it was; seeds only where some differ from the project's."""
    with_seeds = bool(other_seeds(folder, manifest))
    wanted = [one for one in manifest.files if with_seeds or not one.path.startswith("seeds/")]
    for one in tracked(wanted, "restoring"):
        if copied(folder / one.path, temporary / one.path, one.mode) != (one.bytes, one.sha256):
            raise StorageError(f"{folder / one.path}: other bytes on a second reading. The disk is failing; use another backup.")
    for path, mode in manifest.folders.items():
        if (temporary / path).is_dir():
            set_mode(temporary / path, mode | 0o700)
    if (temporary / "seeds").exists():
        (temporary / "seeds").rename(temporary / SEEDS_RESTORED)
    sync_folders(temporary)


def other_seeds(folder: Path, manifest: Manifest) -> list[str]:
    """Return the names of a backup's seeds that the project lacks, or has with other text."""
    own = seed_files(settings().model_copy(update={"data_dir": folder}))  # a backup of the demo is marked as such, too
    names = [path.split("/")[1] for path in manifest.of("seeds")]
    return [name for name in names if name not in own or text_of(folder / "seeds" / name) != text_of(own[name])]


def text_of(path: Path) -> bytes:
    """Return a text's bytes, whatever its line ends."""
    return path.read_bytes().replace(b"\r\n", b"\n")


def told_of_seeds(folder: Path, manifest: Manifest, restored: Path) -> str:
    """Return one line on whether the backup's seeds are the project's, and where they are if not."""
    other = other_seeds(folder, manifest)
    if not other:
        return "The backup's seeds are as those in use."
    return (
        f"{len(other)} of the backup's seeds are not as those in use ({', '.join(other)}). They are in {restored}: "
        "copy what you want to keep; those in use are never overwritten."
    )

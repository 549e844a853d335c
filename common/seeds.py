"""The seeds: reference tables that belong to the code, and the label's own, which may be kept outside the checkout."""

from __future__ import annotations

import csv
import hashlib
import shutil
import tempfile
from pathlib import Path

from common.errors import UsageError
from common.settings import PROJECT_DIR, Settings

REFERENCE_DIR = PROJECT_DIR / "seeds" / "reference"
COPIES_DIR = PROJECT_DIR / "target" / "seeds"
DEFAULT_ARTIST = "BEDROT_DEFAULT_ARTIST"
DEMO_ARTIST = "ZONE A0"


def seed_files(config: Settings) -> dict[str, Path]:
    """Return the files of every seed by name, the reference tables and the label's own."""
    folders = (REFERENCE_DIR, config.label_seeds_dir)
    return {path.name: path for folder in folders for path in sorted(folder.glob("*.csv"))}


def label_environment(config: Settings) -> dict[str, str]:
    """Return what dbt reads of the label from the environment; in a folder marked as the demo's, that of the demo."""
    artist = DEMO_ARTIST if config.holds_demo else config.default_artist
    return {"BEDROT_SEEDS_PATH": seeds_path(config)} | ({} if artist is None else {DEFAULT_ARTIST: artist})


def seeds_path(config: Settings) -> str:
    """Return where dbt finds the label's seeds, from the project's folder.

    dbt writes the SQL that loads a seed to its target folder joined with the seed's path. A path outside the project
    would lead out of the target folder, even to the seed itself. So seeds from elsewhere are copied into the project,
    to a folder named by their content.
    """
    folder = config.label_seeds_dir
    if not folder.is_relative_to(PROJECT_DIR):
        folder = copied(folder)
    return folder.relative_to(PROJECT_DIR).as_posix()


def copied(folder: Path) -> Path:
    """Return a folder below the project with the same seeds; made once for each content."""
    files = {path.name: path.read_bytes() for path in sorted(folder.glob("*.csv"))}
    digest = hashlib.sha256(repr(files).encode()).hexdigest()[:16]
    target = COPIES_DIR / digest
    if not target.exists():
        COPIES_DIR.mkdir(parents=True, exist_ok=True)
        aside = Path(tempfile.mkdtemp(dir=COPIES_DIR, prefix=f".{digest}-"))
        for name, content in files.items():
            (aside / name).write_bytes(content)
        try:
            aside.rename(target)
        except OSError:  # another run made it meanwhile
            shutil.rmtree(aside)
    return target


def read_seed(config: Settings, name: str) -> list[dict[str, str]]:
    """Return the rows of one of the label's own seeds.

    Raises UsageError when the file is missing or is no UTF-8 text.
    """
    path = config.label_seeds_dir / f"seed_{name}.csv"
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            return list(csv.DictReader(file))
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: can't be read ({error}). Restore it, or copy the one in seeds/label.") from error

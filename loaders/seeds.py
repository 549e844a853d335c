"""The seeds: reference tables that belong to the code, and the label's own, which may be kept outside the checkout."""

from __future__ import annotations

import csv
from pathlib import Path

from loaders.errors import UsageError
from loaders.settings import PROJECT_DIR, Settings

REFERENCE_DIR = PROJECT_DIR / "seeds" / "reference"
DEFAULT_ARTIST = "BEDROT_DEFAULT_ARTIST"
DEMO_ARTIST = "ZONE A0"


def seed_files(config: Settings) -> dict[str, Path]:
    """Return the files of every seed by name, the reference tables and the label's own."""
    folders = (REFERENCE_DIR, config.label_seeds_dir)
    return {path.name: path for folder in folders for path in sorted(folder.glob("*.csv"))}


def label_environment(config: Settings) -> dict[str, str]:
    """Return what dbt reads of the label from the environment; in a folder marked as the demo's, that of the demo."""
    artist = DEMO_ARTIST if config.holds_demo else config.default_artist
    return {"BEDROT_SEEDS_DIR": str(config.label_seeds_dir)} | ({} if artist is None else {DEFAULT_ARTIST: artist})


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

"""Small exports in the shapes that people really have; their zips are made here, as the platform names them."""

from __future__ import annotations

import zipfile
from pathlib import Path

from support.commands import PROJECT_DIR

TRIALS = PROJECT_DIR / "tests" / "python" / "fixtures" / "trials"
ENTRY_TIME = (2025, 6, 1, 10, 0, 0)


def zip_of(box: Path, name: str, *members: str) -> Path:
    """Write a zip of TikTok's members, each under the name after `__`, as exported on 1 June 2025."""
    return zip_with(box, name, {member.partition("__")[2]: (TRIALS / "tiktok" / member).read_bytes() for member in members})


def zip_with(box: Path, name: str, members: dict[str, bytes]) -> Path:
    """Write a zip of these members, as exported on 1 June 2025."""
    with zipfile.ZipFile(box / name, "w") as bundle:
        for member, content in members.items():
            bundle.writestr(zipfile.ZipInfo(member, ENTRY_TIME), content)
    return box / name


def copied(box: Path, trial: str, name: str | None = None) -> Path:
    """Copy a trial's file, under the name after `__` where it has one, or under another."""
    target = box / (name or trial.partition("__")[2] or trial)
    target.write_bytes((TRIALS / trial).read_bytes())
    return target

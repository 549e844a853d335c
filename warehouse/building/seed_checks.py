"""The seeds, checked before dbt starts: each mistake is named by its file and line."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from common.errors import UsageError
from common.seeds import REFERENCE_DIR, seed_files
from common.settings import PROJECT_DIR, Settings

CONTRACT = REFERENCE_DIR / "_seeds.yml"
SHOWN = 5
# What names that do not resolve map to: the line of the unknown member, as the project has it.
UNKNOWN = {
    "seed_artists": ("artist", "0,UNKNOWN,,active"),
    "seed_platforms": ("platform", "0,unknown,Unknown,streaming,false"),
    "seed_territories": ("territory", "0,ZZ,Unknown,Unknown,"),
}
KINDS = {"integer": "whole number", "bigint": "whole number", "decimal": "number", "date": "date like 2026-01-31"}
# Of rows that hold for a time: what they are looked up by, and what they mean. At any day, one meaning.
DATED = {
    "seed_artist_aliases": (("alias", "source"), ("artist_id",)),
    "seed_track_aliases": (("alias_title", "artist_id"), ("title",)),
    "seed_promo_codes": (("promo_code",), ("campaign_name", "show_name")),
}


@dataclass(frozen=True)
class Row:
    """One row of a seed: its line in the file, and its cells, trimmed."""

    line: int
    cells: dict[str, str]

    def key(self, columns: tuple[str, ...] | list[str]) -> tuple[str, ...]:
        """Return some cells as they compare: in capitals, spaces collapsed."""
        return tuple(" ".join(self.cells[name].upper().split()) for name in columns)


def check_seeds(config: Settings) -> None:
    """Check every seed against its description in `_seeds.yml`: columns, types, keys, values, references, dates.

    Raises UsageError that names the first mistakes, each by file and line.
    """
    import yaml

    files = seed_files(config)
    contract = {seed["name"]: seed for seed in yaml.safe_load(CONTRACT.read_text(encoding="utf-8"))["seeds"]}
    problems: list[str] = []
    rows: dict[str, list[Row]] = {}
    for name, seed in contract.items():
        path = files.get(f"{name}.csv")
        if path is None:
            problems.append(
                f"{config.label_seeds_dir / name}.csv is missing: copy it from {shown(PROJECT_DIR / 'seeds' / 'label')}"
            )
            continue
        rows[name], wrong = read(path, list(seed["config"]["column_types"]))
        wrong += [*no_unknown(name, rows[name]), *wrong_values(rows[name], seed)] if not wrong else []
        problems += [f"{shown(path)}{text}" for text in wrong]
    if not problems:
        for name, seed in contract.items():
            problems += [f"{shown(files[name + '.csv'])}{text}" for text in wrong_references(name, seed, rows)]
    if problems:
        more = f" (and {len(problems) - SHOWN} more)" if len(problems) > SHOWN else ""
        raise UsageError(f"seeds: {' | '.join(problems[:SHOWN])}{more}. Correct the file; nothing was built.")


def shown(path: Path) -> str:
    """Return a path from the project's folder where it is in there, else whole."""
    return path.relative_to(PROJECT_DIR).as_posix() if path.is_relative_to(PROJECT_DIR) else str(path)


def read(path: Path, columns: list[str]) -> tuple[list[Row], list[str]]:
    """Return a seed's rows, and what keeps the file from being read as a table of these columns."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        return [], [f": no UTF-8 text ({error.reason} at byte {error.start}); save it as CSV UTF-8"]
    reader = csv.reader(text.splitlines(keepends=True))
    header = [name.strip() for name in next(reader, [])]
    if len(header) == 1 and re.search("[;\t]", header[0]):
        return [], [" line 1: columns are separated by semicolons or tabs; save it as CSV with commas"]
    wrong = [f" line 1: column {name} is missing" for name in columns if name not in header]
    wrong += [f" line 1: column {name or '(blank)'} is not one of {', '.join(columns)}" for name in header if name not in columns]
    wrong += [f" line 1: column {name} is there twice" for name in columns if header.count(name) > 1]
    rows = []
    for cells in reader:
        if not any(cell.strip() for cell in cells):
            if cells:
                wrong.append(f" line {reader.line_num}: a blank row; remove it")
        elif len(cells) != len(header):
            wrong.append(f" line {reader.line_num}: {len(cells)} cells, the header has {len(header)}")
        else:
            rows.append(Row(reader.line_num, dict(zip(header, (cell.strip() for cell in cells), strict=True))))
    return rows, wrong


def no_unknown(name: str, rows: list[Row]) -> Iterator[str]:
    """Yield that a seed lacks its row 0, the unknown member, where it must have one."""
    if name in UNKNOWN:
        what, line = UNKNOWN[name]
        if not any(re.fullmatch("0+", row.cells[f"{what}_id"]) for row in rows):
            yield f": row 0, the unknown {what}, is missing; restore the line `{line}`"


def wrong_values(rows: list[Row], seed: dict[str, Any]) -> Iterator[str]:
    """Yield what is wrong with a seed's own values: types, blanks, values that are not allowed, keys there twice."""
    for row in rows:
        for name, kind in seed["config"]["column_types"].items():
            if row.cells[name] and not is_a(kind, row.cells[name]):
                yield f" line {row.line}: {name} {row.cells[name]!r} is no {called(kind)}"
    for rule, arguments in rules_of(seed):
        if rule == "never_null":
            for row in rows:
                yield from (f" line {row.line}: {name} is blank" for name in arguments["columns"] if not row.cells[name])
        elif rule == "accepted_values":
            values, name = [str(value) for value in arguments["values"]], arguments["column"]
            for row in rows:
                if row.cells[name] and row.cells[name] not in values:
                    yield f" line {row.line}: {name} {row.cells[name]!r} is none of {', '.join(values)}"
        elif rule in ("unique", "unique_grain"):
            columns = arguments.get("columns") or [arguments["column"]]
            lines: dict[tuple[str, ...], int] = {}
            for row in rows:
                key = row.key(columns)
                if rule == "unique" and not any(key):
                    continue
                if key in lines:
                    stated = ", ".join(f"{name} {row.cells[name]!r}" for name in columns if row.cells[name])
                    yield f" line {row.line}: {stated} is on line {lines[key]} already"
                lines.setdefault(key, row.line)


def wrong_references(name: str, seed: dict[str, Any], rows: dict[str, list[Row]]) -> Iterator[str]:
    """Yield what refers to nothing, and what means two things on one day."""
    for rule, arguments in rules_of(seed):
        if rule == "relationships":
            other = re.sub(r"ref\('(\w+)'\)", r"\1", arguments["to"])
            known = {row.cells[arguments["field"]] for row in rows[other]}
            for row in rows[name]:
                value = row.cells[arguments["column"]]
                if value and value not in known:
                    yield f" line {row.line}: {arguments['column']} {value!r} is not in {other}"
    if name in DATED:
        yield from two_meanings(rows[name], *DATED[name])
    if name == "seed_artist_aliases":
        names = {row.key(["artist_name"]): row for row in rows["seed_artists"]}
        for row in rows[name]:
            artist = names.get(row.key(["alias"]))
            if artist and artist.cells["artist_id"] != row.cells["artist_id"]:
                yield f" line {row.line}: alias {row.cells['alias']!r} is the name of artist {artist.cells['artist_id']}"


def two_meanings(rows: list[Row], looked_up: tuple[str, ...], meaning: tuple[str, ...]) -> Iterator[str]:
    """Yield the rows that hold on a day on which an earlier row says something else."""
    known: dict[tuple[str, ...], list[Row]] = {}
    for row in rows:
        for other in known.get(row.key(looked_up), []):
            if row.key(meaning) != other.key(meaning) and days(row)[0] <= days(other)[1] and days(other)[0] <= days(row)[1]:
                stated = ", ".join(f"{name} {row.cells[name]!r}" for name in looked_up if row.cells[name])
                yield (
                    f" line {row.line}: {stated} means {' '.join(filter(None, row.key(meaning)))} here "
                    f"and {' '.join(filter(None, other.key(meaning)))} on line {other.line}, on the same days"
                )
        known.setdefault(row.key(looked_up), []).append(row)


def days(row: Row) -> tuple[str, str]:
    """Return the first and last day on which a row holds, as ISO texts."""
    return row.cells["valid_from"] or "0001-01-01", row.cells["valid_to"] or "9999-12-31"


def rules_of(seed: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield a seed's data tests with their arguments, those of a column with its name."""
    for column, tests in [(None, seed.get("data_tests", []))] + [
        (column["name"], column.get("data_tests", [])) for column in seed.get("columns", [])
    ]:
        for test in tests:
            name, stated = (test, {}) if isinstance(test, str) else next(iter(test.items()))
            yield name, stated.get("arguments", {}) | {"column": column}


def called(kind: str) -> str:
    """Return what a seed's type is called in a message: a person knows `whole number`, not `bigint`."""
    name = kind.partition("(")[0]
    return KINDS.get(name, name)


def is_a(kind: str, text: str) -> bool:
    """Say whether a text is a value of a seed's type."""
    try:
        if kind in ("integer", "bigint"):
            return re.fullmatch(r"-?[0-9]{1,18}", text) is not None
        if kind == "boolean":
            return text.lower() in ("true", "false")
        if kind == "date":
            return date.fromisoformat(text).isoformat() == text
        if kind.startswith("decimal"):
            return Decimal(text).is_finite()
    except (ValueError, InvalidOperation):
        return False
    return True

"""The benchmark: what landing and building take, beside plain DuckDB and beside pandas with SQLite.

    python bench/run.py [--lines 10000 1000000] [--runs 3]

prints a table and writes it into bench/README.md. Every measurement is a process of its own; the ones that are
compared follow each other in the same run, and ratios are made within a run before the median is taken. This
process imports nothing large: a child's peak memory would count what its parent held.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import Any

BENCH_DIR = Path(__file__).resolve().parent
README = BENCH_DIR / "README.md"
BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"
AS_OF = "2026-07-05"
EARLIER, NEWER = "dk_bank_details_20260604_090000.csv", "dk_bank_details_20260704_090000.csv"
SQLITE_LINES = 100_000
TELLING_LINES = 500_000
MIB = 1 << 20


@dataclass(frozen=True)
class Took:
    """What one process took. `inner` is what the job itself measured, without Python's start and the imports."""

    seconds: float
    processor: float
    peak_bytes: int | None
    answer: Any = None

    @property
    def inner(self) -> Took:
        """What the job itself measured."""
        return Took(self.answer["seconds"], self.answer["processor"], self.peak_bytes)


Found = dict[str, list[Took]]


def run(*command: str | Path, data_dir: Path | None = None) -> Took:
    """Run a command to its end; return its wall time, processor time and peak memory, descendants included."""
    environment = os.environ | {"BEDROT_AS_OF": AS_OF} | ({"BEDROT_DATA_DIR": str(data_dir)} if data_dir else {})
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as told:
        started = time.perf_counter()
        process = subprocess.Popen([sys.executable, *map(str, command)], stdout=out, stderr=told, env=environment)
        status, processor, peak = wait(process)
        seconds = time.perf_counter() - started
        out.seek(0)
        told.seek(0)
        if status:
            raise SystemExit(f"{' '.join(map(str, command))} ended with {status}: {told.read().decode()[-2000:]}")
        text = out.read().decode()
    answer = json.loads(text) if Path(command[0]).name == "jobs.py" else text
    return Took(seconds, processor, peak, answer)


def wait(process: subprocess.Popen) -> tuple[int, float, int | None]:
    """Wait for a process; return its exit code, processor time and peak memory (unknown on Windows)."""
    if not hasattr(os, "wait4"):
        return process.wait(), 0.0, None
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    unit = 1 if sys.platform == "darwin" else 1024
    return process.returncode, used.ru_utime + used.ru_stime, used.ru_maxrss * unit


def cli(*arguments: str | Path, data_dir: Path) -> Took:
    """Run one of the project's commands."""
    return run(BENCH_DIR.parent / "cli.py", *arguments, data_dir=data_dir)


def job(*arguments: str | Path, data_dir: Path | None = None) -> Took:
    """Run one of bench/jobs.py."""
    return run(BENCH_DIR / "jobs.py", *arguments, data_dir=data_dir)


def measure(lines: int, runs: int, folder: Path) -> tuple[Found, dict[str, Any]]:
    """Measure everything for a ledger of so many lines; return the series and what the ledger holds."""
    ledger, earlier, small = folder / NEWER, folder / EARLIER, folder / "small.csv"
    held = job("ledger", ledger, str(lines)).answer
    job("ledger", earlier, str(lines - lines // 100))
    job("ledger", small, str(min(lines, SQLITE_LINES)))
    empty = folder / "empty"
    cli("build", data_dir=empty)
    found: Found = {}

    def keep(name: str, took: Took) -> None:
        found.setdefault(name, []).append(took)

    for number in range(runs):
        data, apart = folder / f"data{number}", folder / f"apart{number}"
        keep("help", cli("--help", data_dir=empty))
        keep("copy", job("copy", ledger, folder / "copied.parquet").inner)
        keep("land alone", job("land", ledger, data_dir=apart).inner)
        shutil.rmtree(apart)
        job("land", earlier, data_dir=apart)
        keep("land newer", job("land", ledger, data_dir=apart).inner)
        shutil.rmtree(apart)
        keep("land", cli("land", ledger, data_dir=data))
        cli("build", data_dir=data)
        keep("build empty", cli("build", "--full-refresh", data_dir=empty))
        keep("build", cli("build", "--full-refresh", data_dir=data))
        keep("plain empty", plain(empty, folder / f"empty{number}.duckdb"))
        keep("plain", plain(data, folder / f"plain{number}.duckdb"))
        keep("sqlite", job("sqlite", small, folder / f"rows{number}.sqlite", str(min(lines, SQLITE_LINES))).inner)
        published = json.loads((data / "warehouse" / "current.json").read_text(encoding="utf-8"))["path"]
        for database in (data / "warehouse" / published, folder / f"plain{number}.duckdb"):
            stated = job("totals", database).answer
            if (stated["lines"], stated["net_usd"]) != (held["lines"], held["net_usd"]):
                raise SystemExit(f"{database}: {stated}, but the ledger holds {held}")
        shutil.rmtree(data)
    return found, held


def plain(data_dir: Path, database: Path) -> Took:
    """Build the SQL that dbt compiled for a data folder in plain DuckDB."""
    return job("plain", data_dir / "warehouse" / ".dbt" / "target" / "manifest.json", data_dir, database).inner


def figures(found: Found, name: str, which: str) -> list[float]:
    """One figure of every run; of `a - b`, by how much a's is above b's in the same run."""
    one, _, less = name.partition(" - ")
    values = [getattr(took, which) for took in found[one]]
    return [value - getattr(took, which) for value, took in zip(values, found[less], strict=True)] if less else values


def compared(found: Found, one: str, other: str, aim: float | None = None) -> str:
    """The ratio of two wall times within a run, that of processor times, and whether the aim is met."""
    wall, processor = (
        median(a / b for a, b in zip(figures(found, one, which), figures(found, other, which), strict=True))
        for which in ("seconds", "processor")
    )
    verdict = f"; aim {aim:g}: {'met' if wall <= aim else 'missed'}" if aim else ""
    return f"**{wall:.1f}** ({processor:.1f}) × {other}{verdict}"


def table(found: Found, held: dict[str, Any]) -> str:
    """The measurements of one size as Markdown."""
    lines, small = held["lines"], min(held["lines"], SQLITE_LINES)
    above_start, plain_above_start = "build - build empty", "plain - plain empty"
    is_telling = lines >= TELLING_LINES
    few = "too few lines to tell from the start"
    help_seconds = median(figures(found, "help", "seconds"))
    rows = {
        "copy": "",
        "land alone": compared(found, "land alone", "copy", 2),
        "land newer": compared(found, "land newer", "copy"),
        "land": "",
        "build": "",
        "build empty": "",
        above_start: compared(found, above_start, "plain", 1.5) if is_telling else few,
        "plain": "",
        "plain empty": "",
        plain_above_start: compared(found, above_start, plain_above_start) if is_telling else few,
        "sqlite": f"the ledger's first {small:,} lines",
        "help": f"aim 0.3 s: {'met' if help_seconds <= 0.3 else 'missed'}",
    }
    text = [
        f"### {lines:,} lines ({held['bytes'] / MIB:,.1f} MiB of CSV)\n",
        "| | wall | processor | peak memory | ratio of wall (of processor) |",
        "| --- | ---: | ---: | ---: | --- |",
    ]
    for name, against in rows.items():
        wall, processor = (median(figures(found, name, which)) for which in ("seconds", "processor"))
        peaks = [took.peak_bytes for took in found.get(name, []) if took.peak_bytes]
        peak = f"{median(peaks) / MIB:,.0f} MiB" if peaks else ""
        text.append(f"| {name} | {wall:,.2f} s | {processor:,.2f} s | {peak} | {against} |")
    if not is_telling:
        return "\n".join(text)
    row_by_row = median(figures(found, "sqlite", "seconds")) / small * 1e6
    ours = sum(median(figures(found, name, "seconds")) for name in ("land", "build")) / lines * 1e6
    text.append(f"\nA line: {row_by_row:,.0f} µs row by row into one table; {ours:,.0f} µs landed, in every mart, tested.")
    return "\n".join(text)


def machine(runs: int) -> str:
    """What it was measured on."""
    packages = ", ".join(f"{name} {version(name)}" for name in ("duckdb", "dbt-core", "polars", "pandas"))
    return (
        f"{date.today():%d %B %Y}, {platform.system()} {platform.machine()}, {os.cpu_count()} cores, "
        f"Python {platform.python_version()}, {packages}; median of {runs}."
    )


def main() -> None:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(description="Measure landing and building beside plain DuckDB and SQLite.")
    parser.add_argument("--lines", type=int, nargs="+", default=[10_000, 1_000_000])
    parser.add_argument("--runs", type=int, default=3)
    given = parser.parse_args()
    told = [machine(given.runs)]
    for lines in given.lines:
        with tempfile.TemporaryDirectory(prefix="bedrot-bench-") as folder:
            told.append(table(*measure(lines, given.runs, Path(folder))))
    text = "\n\n".join(told)
    print(text)
    write_between(BEGIN, END, text)


def write_between(begin: str, end: str, text: str) -> None:
    """Put a text between two markers of bench/README.md."""
    before, rest = README.read_text(encoding="utf-8").split(begin)
    after = rest.split(end)[1]
    README.write_text(f"{before}{begin}\n\n{text}\n\n{end}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()

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
from dataclasses import dataclass, field
from datetime import date
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import Any

BENCH_DIR = Path(__file__).resolve().parent
README = BENCH_DIR / "README.md"
BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"
AS_OF = "2026-07-05"
LEDGER = "dk_bank_details_20260704_090000.csv"
SQLITE_LINES = 100_000
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
        return Took(self.answer["seconds"], self.answer["processor"], self.peak_bytes)


@dataclass
class Series:
    """One thing measured in several runs."""

    runs: list[Took] = field(default_factory=list)

    def of(self, name: str) -> list[float]:
        """One figure of every run."""
        return [getattr(took, name) for took in self.runs]


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


def measure(lines: int, runs: int, folder: Path) -> tuple[dict[str, Series], dict[str, Any]]:
    """Measure everything for a ledger of so many lines; return the series and what the ledger holds."""
    ledger = folder / LEDGER
    held = job("ledger", ledger, str(lines)).answer
    small = folder / "small.csv"
    sqlite_lines = min(lines, SQLITE_LINES)
    job("ledger", small, str(sqlite_lines))
    empty = folder / "empty"
    cli("build", data_dir=empty)
    found: dict[str, Series] = {}

    def keep(name: str, took: Took) -> None:
        found.setdefault(name, Series()).runs.append(took)

    for number in range(runs):
        data, again = folder / f"data{number}", folder / f"again{number}"
        keep("help", cli("--help", data_dir=empty))
        keep("copy", job("copy", ledger, folder / "copied.parquet").inner)
        keep("land_inner", job("land", ledger, data_dir=again).inner)
        keep("land", cli("land", ledger, data_dir=data))
        cli("build", data_dir=data)
        keep("fixed", cli("build", data_dir=empty))
        keep("build", cli("build", data_dir=data))
        keep("plain_empty", plain(empty, folder / f"empty{number}.duckdb"))
        keep("plain", plain(data, folder / f"plain{number}.duckdb"))
        keep("sqlite", job("sqlite", small, folder / f"rows{number}.sqlite", str(sqlite_lines)).inner)
        pointer = json.loads((data / "warehouse" / "current.json").read_text(encoding="utf-8"))
        for database in (data / "warehouse" / pointer["path"], folder / f"plain{number}.duckdb"):
            stated = job("totals", database).answer
            if (stated["lines"], stated["net_usd"]) != (held["lines"], held["net_usd"]):
                raise SystemExit(f"{database}: {stated}, but the ledger holds {held}")
        for left in (data, again):
            shutil.rmtree(left)
    return found, held


def plain(data_dir: Path, database: Path) -> Took:
    """Build the SQL that dbt compiled for a data folder in plain DuckDB."""
    return job("plain", data_dir / "warehouse" / ".dbt" / "target" / "manifest.json", data_dir, database).inner


def ratio(found: dict[str, Series], name: str, to: str, beyond: str | None = None, figure: str = "seconds") -> float:
    """The median over the runs of one figure divided by another, beyond a fixed part of it."""
    fixed = found[beyond].of(figure) if beyond else [0.0] * len(found[name].runs)
    pairs = zip(found[name].of(figure), fixed, found[to].of(figure), strict=True)
    return median((one - less) / other for one, less, other in pairs)


def table(found: dict[str, Series], held: dict[str, Any]) -> str:
    """The measurements of one size as Markdown."""
    lines = held["lines"]
    rows = [
        ("land", "`python cli.py land FILE`, the whole command", ""),
        ("land_inner", "landing alone, in process", compared(found, "land_inner", "copy", 2.0)),
        ("copy", "DuckDB `COPY (read_csv all_varchar) TO parquet`, in process", "1"),
        ("build", "`python cli.py build`, the whole command with every test", ""),
        ("fixed", "the same for an empty landing: the fixed start", ""),
        (None, "build beyond its fixed start", compared(found, "build", "plain", 1.5, "fixed")),
        ("plain", "the same SQL in plain DuckDB, in process, without tests", "1"),
        ("plain_empty", "the same for an empty landing", ""),
        ("sqlite", f"pandas row by row into SQLite, {min(lines, SQLITE_LINES):,} lines", ""),
        ("help", "`python cli.py --help` (aim: 0.3 s)", ""),
    ]
    text = [
        f"### {lines:,} lines ({held['bytes'] / MIB:,.1f} MiB of CSV)\n",
        "| what | wall | processor | peak memory | ratio of wall (of processor) |",
        "| --- | ---: | ---: | ---: | --- |",
    ]
    for name, what, against in rows:
        wall, processor = (figure(found, name, one) for one in ("seconds", "processor"))
        peaks = [one for one in (found[name].of("peak_bytes") if name else []) if one]
        peak = f"{median(peaks) / MIB:,.0f} MiB" if peaks else ""
        text.append(f"| {what} | {wall:,.2f} s | {processor:,.2f} s | {peak} | {against} |")
    per_line = figure(found, "sqlite", "seconds") / min(lines, SQLITE_LINES)
    ours = (figure(found, "land", "seconds") + figure(found, "build", "seconds")) / lines
    text.append(
        f"\nA line costs {per_line * 1e6:,.1f} µs row by row, {ours * 1e6:,.1f} µs landed, built into every mart and tested."
    )
    return "\n".join(text)


def figure(found: dict[str, Series], name: str | None, which: str) -> float:
    """The median of one figure; without a name, of the build beyond its fixed start."""
    if name:
        return median(found[name].of(which))
    pairs = zip(found["build"].of(which), found["fixed"].of(which), strict=True)
    return median(one - less for one, less in pairs)


def compared(found: dict[str, Series], name: str, to: str, aim: float, beyond: str | None = None) -> str:
    """A ratio of wall times, with that of processor times, and whether the aim is met."""
    wall = ratio(found, name, to, beyond)
    processor = ratio(found, name, to, beyond, "processor")
    return f"**{wall:.1f}** ({processor:.1f}); aim {aim:g}: {'met' if wall <= aim else 'missed'}"


def machine(runs: int) -> str:
    """What it was measured on."""
    packages = ", ".join(f"{name} {version(name)}" for name in ("duckdb", "dbt-core", "polars", "pandas"))
    return (
        f"{date.today():%d %B %Y}, {platform.system()} {platform.machine()}, {os.cpu_count()} cores, "
        f"Python {platform.python_version()}, {packages}; median of {runs}.\n"
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
    before, rest = README.read_text(encoding="utf-8").split(BEGIN)
    after = rest.split(END)[1]
    README.write_text(f"{before}{BEGIN}\n\n{text}\n\n{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()

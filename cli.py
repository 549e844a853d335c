"""The commands. Each parses its arguments, calls one function and prints."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperCommand

sys.path.insert(0, str(Path(__file__).resolve().parent))

from common.choices import AnswerFormat, DateOrder, Engine, ExportFormat, Target

app = typer.Typer(
    help="One label's whole business in one warehouse: land exports, build the marts, ask them.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
quarantine_app = typer.Typer(help="Look at what was refused, and decide.", no_args_is_help=True, rich_markup_mode=None)
app.add_typer(quarantine_app, name="quarantine")

Account = Annotated[str | None, typer.Option(help="Whose data this is, where the file doesn't say (or says it wrong).")]

Dates = Annotated[DateOrder | None, typer.Option(help="How the files write dates like 5/3/2025, where they don't show it.")]


class SqlCommand(TyperCommand):
    """A command whose SQL may begin with a comment: `-- each month`, `--each month`, is no option."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Parse the arguments, with what begins a comment put behind the options."""
        comments = [one for one in args if one.startswith("--") and not re.fullmatch(r"--([a-z-]+(=.*)?)?", one, re.DOTALL)]
        if comments and "--" not in args:
            args = [*(one for one in args if one not in comments), "--", *comments]
        return super().parse_args(ctx, args)


@app.callback()
def options(debug: Annotated[bool, typer.Option("--debug", help="Log every request, and more, to stderr.")] = False) -> None:
    """What holds for every command."""
    if debug:
        os.environ["BEDROT_DEBUG"] = "true"


@app.command()
def extract(
    source: Annotated[str, typer.Argument(help="A source, `inbox` for the drop folder, or `all` that are set up.")],
    account: Account = None,
    since: Annotated[
        str | None,
        typer.Option(metavar="DAY", help="From this day; by default what is new and what the platform revises."),
    ] = None,
    headed: Annotated[bool, typer.Option("--headed", help="Show the browser's window.")] = False,
) -> None:
    """Fetch what is new from a source, or from all that are set up, and land it."""
    from loaders.commands.extract import extract as run
    from loaders.commands.extract import parse_day

    finish(run(source, account, parse_day(since), headed))


@app.command()
def login(
    source: Annotated[str, typer.Argument(help="distrokid, toolost, spotify, tiktok or linktree.")],
    account: Annotated[str | None, typer.Option(help="Which account, where the source has several (a TikTok handle).")] = None,
) -> None:
    """Open a window and wait until a person has logged in; the session is kept for `extract`."""
    from loaders.commands.login import log_in

    log_in(source, account)


@app.command()
def land(
    targets: Annotated[list[str], typer.Argument(metavar="[SOURCE] PATH...", help="Files, folders or zips exported by hand.")],
    account: Account = None,
    extracted_at: Annotated[
        str | None, typer.Option(help="When the platform gave it: 2026-01-31 or 2026-01-31T09:15.", metavar="TIME")
    ] = None,
    as_one: Annotated[
        bool,
        typer.Option("--as-one", help="The files are parts of one export (by store or month): land them as a whole."),
    ] = False,
    dates: Dates = None,
) -> None:
    """Land files exported by hand; the source is guessed from their content."""
    from loaders.commands.land import land_paths

    finish(land_paths(targets, account, extracted_at, as_one, dates))


@quarantine_app.command("list")
def quarantine_list() -> None:
    """What is in quarantine, and why."""
    from loaders.commands.land import list_quarantine

    list_quarantine()


@quarantine_app.command("accept")
def quarantine_accept(
    id: Annotated[str, typer.Argument(help="The id that `quarantine list` shows, or its end.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask, on a terminal either.")] = False,
) -> None:
    """Land a file although it takes away what an earlier one stated, or states again what another account or part has.

    Says first which rows and amounts go, or count twice, from which months, and asks on a terminal.
    """
    from loaders.commands.land import retry_quarantined

    finish(retry_quarantined(id, accept=True, yes=yes))


@quarantine_app.command("retry")
def quarantine_retry(
    id: Annotated[str, typer.Argument(help="The id that `quarantine list` shows, or its end.")],
    account: Annotated[str | None, typer.Option(help="Whose it is, where nothing says so.")] = None,
    dates: Dates = None,
) -> None:
    """Land a file again, with every check."""
    from loaders.commands.land import retry_quarantined

    finish(retry_quarantined(id, accept=False, account=account, dates=dates))


@quarantine_app.command("discard")
def quarantine_discard(
    id: Annotated[str | None, typer.Argument(help="The id that `quarantine list` shows, or its end.")] = None,
    every: Annotated[bool, typer.Option("--all", help="Everything that is in quarantine now.")] = False,
) -> None:
    """Delete a refused file, or all, for good."""
    from loaders.commands.land import discard_quarantined

    finish(discard_quarantined(id, every))


@app.command()
def withdraw(
    extract: Annotated[str, typer.Argument(help="The id of a landed extract (`_extract_id`), its end, or a file's name.")],
) -> None:
    """Take a landed extract back: its file goes to quarantine, its rows leave landing; `quarantine accept` lands it again."""
    from warehouse.checks.withdraw import withdraw as run

    run(extract)


@app.command()
def verify(
    data: Annotated[bool, typer.Option("--data", help="Recount the identities of the published warehouse too.")] = False,
) -> None:
    """Check every landed file against its original and its hashes."""
    from warehouse.checks.verify import verify as run

    finish(run(data))


@app.command()
def replay(source: Annotated[str | None, typer.Argument(help="Only this source.")] = None) -> None:
    """Parse the originals again: equal hashes, or the differences."""
    from warehouse.checks.verify import replay as run

    finish(run(source))


@app.command()
def compact(source: Annotated[str | None, typer.Argument(help="Only this source.")] = None) -> None:
    """Put many small extracts into few files; every row and its lineage stay as they are."""
    from warehouse.checks.compact import compact as run

    run(source)


@app.command()
def build(
    target: Annotated[Target, typer.Option(help="The engine: dev is DuckDB.")] = Target.DEV,
    full_refresh: Annotated[bool, typer.Option("--full-refresh", help="Rebuild incremental models from nothing.")] = False,
    select: Annotated[str | None, typer.Option(help="Only these models (dbt's selection); publishes nothing.")] = None,
) -> None:
    """Build every model aside, test it, and publish it if every test passes."""
    from warehouse.building.build import build as run

    run(target, full_refresh, select)


@app.command()
def compare(
    one: Annotated[Engine, typer.Argument(help="An engine.")],
    other: Annotated[Engine, typer.Argument(help="The other engine.")],
    no_build: Annotated[bool, typer.Option("--no-build", help="Compare what is built, instead of building both first.")] = False,
) -> None:
    """Build on both engines from the same landing and compare every mart, row for row and type for type."""
    from warehouse.checks.compare import compare as run

    run(one, other, no_build)


@app.command()
def run() -> None:
    """Extract all, compact, build, send what is to be said, status: the one line for cron or Task Scheduler."""
    from warehouse.run import run as run_all

    finish(run_all())


@app.command()
def status(
    json: Annotated[bool, typer.Option("--json", help="As JSON, for machines.")] = False,
    metrics: Annotated[
        Path | None, typer.Option(help="Also write metrics to this file, for a Prometheus node exporter.", metavar="FILE")
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="Also each account, table, run, backup and refused file.")] = False,
    check: Annotated[
        bool, typer.Option("--check", help="End with 3 where a source is CRITICAL or FAILED, with 9 after a failed build.")
    ] = False,
) -> None:
    """How well things go, what to do today, and each source's state, last contact and newest data.

    Ends with 0 however things stand, unless --check is given.
    """
    from warehouse.health.status import status as run

    finish(run(json, metrics, check, everything))


@app.command(cls=SqlCommand)
def query(
    sql: Annotated[str, typer.Argument(help="A SELECT over the published warehouse.")],
    format: Annotated[AnswerFormat, typer.Option(help="How to write the answer.")] = AnswerFormat.TABLE,
    output: Annotated[Path | None, typer.Option(help="Write to this file (parquet needs one).")] = None,
) -> None:
    """Ask the published warehouse, read-only."""
    from warehouse.asking.query import query as run

    run(sql, format, output)


@app.command()
def export(
    format: Annotated[ExportFormat, typer.Option(help="The files to write.")] = ExportFormat.CSV,
    output: Annotated[Path | None, typer.Option(help="The folder; by default exports/ in the data folder.")] = None,
) -> None:
    """Write every mart to files, for Excel or Power BI."""
    from warehouse.asking.export import export as run

    run(format, output)


@app.command()
def docs(
    output: Annotated[Path | None, typer.Option(help="The file; by default exports/docs.html in the data folder.")] = None,
    open: Annotated[bool, typer.Option("--open", help="Open it in a browser.")] = False,
) -> None:
    """Write dbt's docs with lineage as one page that opens offline."""
    from warehouse.asking.docs import docs as run

    run(output, open)


@app.command()
def suggest() -> None:
    """Seed rows for names that did not resolve, to look at and paste."""
    from warehouse.asking.suggest import suggest as run

    run()


@app.command()
def backup(
    output: Annotated[
        Path | None, typer.Option(help="The folder that backups go to; by default backups/ in the data folder.", metavar="DIR")
    ] = None,
    accept: Annotated[
        bool, typer.Option("--accept", help="Files that are missing or have other bytes since the last backup are right so.")
    ] = False,
) -> None:
    """Copy landing, originals, quarantine, runs and seeds, with hashes; never sessions.

    Each backup is a new folder; earlier ones stay. What has not changed since the one before takes no space.
    """
    from warehouse.backups.backup import backup as run

    finish(run(output, accept))


@app.command()
def restore(
    backup: Annotated[
        Path | None, typer.Argument(help="A backup, or a folder of backups (the newest); by default backups/ in the data folder.")
    ] = None,
    into: Annotated[
        Path | None, typer.Option(help="The folder, without data in it; by default the data folder.", metavar="DIR")
    ] = None,
    drill: Annotated[
        bool, typer.Option("--drill", help="Restore aside, verify, build, compare the marts with the published; then remove it.")
    ] = False,
) -> None:
    """Put a backup back, after checking all of it, where there is no data yet."""
    if drill:
        from warehouse.backups.drill import drill as rehearse

        rehearse(backup, into)
    else:
        from warehouse.backups.restore import restore as run

        run(backup, into)


@app.command()
def demo(
    scale: Annotated[int, typer.Option(min=1, max=10_000, help="How many times the statement lines of the small demo.")] = 1,
    seed: Annotated[int, typer.Option(help="Another seed makes another label.")] = 1987,
    remove: Annotated[bool, typer.Option("--remove", help="Remove the demo's data and start clean.")] = False,
) -> None:
    """A made-up label's exports, landed and built: see what you would get."""
    from warehouse.demo import demo as run

    run(scale, seed, remove)


def finish(exit_code: int) -> None:
    """End the command with a code."""
    raise typer.Exit(exit_code)


def main() -> None:
    """Run a command; print an error that a user can mend as one line on stderr and end with its code.

    A bug keeps its traceback; no secret is in either.
    """
    try:
        sys.exit(app(standalone_mode=False))
    except typer.TyperException as error:
        sys.exit(refuse(error))
    except Exception as error:
        from common.failures import report

        sys.exit(report(error))


def refuse(error: typer.TyperException) -> int:
    """Print what is wrong with a command line, as one line, or the help where there are no arguments; return the exit code."""
    message, context = error.format_message(), getattr(error, "ctx", None)
    if not context or message != context.get_help():
        message = " ".join(message.replace("Value error, ", "").split())
        command = context.command_path if context else "cli.py"
        message = f"error: {message}{'' if message.endswith(('.', '?')) else '.'} See `python {command} --help`."
    print(message, file=sys.stderr)
    return error.exit_code


if __name__ == "__main__":
    main()

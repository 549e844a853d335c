"""dbt in a process of its own, which ends with the one that started it: `python -m warehouse.building.dbt_process ARGUMENT...`.

A build that is killed leaves nobody behind who goes on writing. The other process holds the writing end of this one's
standard input and never writes; the kernel closes it, however that process ends.

Standard output has one JSON object a line: `{"done": 12, "total": 601}` as nodes end, and at last
`{"failures": [...], "warnings": [...], "errors": [...]}`: the messages of failed nodes, the names of those that warned, and
why dbt could not begin. It works in the folder of the database, where BEDROT_BUILD_FOLDER names one, so that dbt gets a
plain file name.
"""

from __future__ import annotations

import json
import os
import re
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dbt.cli.main import dbtRunnerResult
    from dbt_common.events.base_types import EventMsg

COLOUR = re.compile(r"\x1b\[[0-9;]*m")


def end_with_the_other() -> None:
    """Wait until standard input is closed, then end at once."""
    os.read(0, 1)
    os._exit(1)


def write_progress(event: EventMsg) -> None:
    """Write how many nodes have ended, at the result of each."""
    if event.info.name.startswith("Log") and event.info.name.endswith("Result"):
        fields = {field.name: value for field, value in event.data.ListFields()}
        write(done=fields["index"], total=fields.get("total") or fields["num_models"])  # a test's result has num_models


def write_results(ended: dbtRunnerResult) -> None:
    """Write what failed, what warned, and why dbt could not run."""
    nodes = getattr(ended.result, "results", [])
    write(
        failures=[message_of(one) for one in nodes if one.status in ("error", "fail")],
        warnings=[one.node.name for one in nodes if one.status == "warn"],
        errors=[one_line(ended.exception)] if ended.exception else [],
    )


def message_of(result: Any) -> str:
    """Return the name of a node that failed, and dbt's message."""
    return f"{result.node.name}: {one_line(result.message)}"


def one_line(text: object) -> str:
    """Return dbt's message without colours and line breaks."""
    return " ".join(COLOUR.sub("", str(text)).split())


def write(**values: Any) -> None:
    """Write one JSON object a line."""
    print(json.dumps(values), flush=True)


def main(arguments: list[str]) -> int:
    """Run dbt with these arguments; return 0 where every node passed."""
    from dbt.cli.main import dbtRunner

    ended = dbtRunner(callbacks=[write_progress]).invoke(arguments)
    write_results(ended)
    return 0 if ended.success else 1


if __name__ == "__main__":
    threading.Thread(target=end_with_the_other, daemon=True).start()
    if folder := os.environ.get("BEDROT_BUILD_FOLDER"):
        Path(folder).mkdir(parents=True, exist_ok=True)
        os.chdir(folder)
    sys.exit(main(sys.argv[1:]))

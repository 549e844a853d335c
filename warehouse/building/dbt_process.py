"""dbt in a process of its own, which ends with the one that started it: `python -m warehouse.building.dbt_process ARGUMENT...`.

A build that is killed leaves nobody behind who goes on writing. The other process holds the writing end of this one's
standard input and never writes; the kernel closes it, however that process ends.

It works in the folder of the database, where BEDROT_BUILD_FOLDER names one, so that dbt gets a plain file name.
"""

from __future__ import annotations

import os
import threading


def end_with_the_other() -> None:
    """Wait until standard input is closed, then end at once."""
    os.read(0, 1)
    os._exit(1)


if __name__ == "__main__":
    threading.Thread(target=end_with_the_other, daemon=True).start()
    if folder := os.environ.get("BEDROT_BUILD_FOLDER"):
        os.makedirs(folder, exist_ok=True)
        os.chdir(folder)

    from dbt.cli.main import cli

    cli()

"""Makes what dbt needs before its first query: landing healed, every table's typed header, and the database's folder."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from dbt.adapters.duckdb.plugins import BasePlugin


class Plugin(BasePlugin):
    """A dbt-duckdb plugin without sources or targets of its own.

    It finds the data folder as the models do: by the environment variable, else `data` in the project; never by `.env`.
    """

    def initialize(self, config: dict[str, Any]) -> None:
        """Make landing ready to be read, and the folder of the database."""
        import duckdb

        from common.settings import Settings
        from loaders.landing.locks import files_shared
        from loaders.landing.store import ensure_schema
        from loaders.registry import all_tables

        settings = Settings(data_dir=Path(os.environ.get("BEDROT_DATA_DIR", "data")), _env_file=None)
        if self.creds is not None:
            Path(self.creds.path).absolute().parent.mkdir(parents=True, exist_ok=True)
        with files_shared(settings), duckdb.connect(":memory:") as con:
            for table in all_tables():
                ensure_schema(con, settings, table)

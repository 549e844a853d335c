"""The closed choices of commands: an option takes one of these and nothing else."""

from __future__ import annotations

from enum import StrEnum


class Target(StrEnum):
    """What `build` builds on: DuckDB, in the target that dbt calls dev, or Spark."""

    DEV = "dev"
    SPARK = "spark"


class Engine(StrEnum):
    """What `compare` compares."""

    DUCKDB = "duckdb"
    SPARK = "spark"


class AnswerFormat(StrEnum):
    """How `query` writes an answer."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"
    PARQUET = "parquet"


class ExportFormat(StrEnum):
    """How `export` writes marts."""

    CSV = "csv"
    PARQUET = "parquet"
    XLSX = "xlsx"


class DateOrder(StrEnum):
    """How dates like 5/3/2025 are read."""

    DAY_FIRST = "day-first"
    MONTH_FIRST = "month-first"

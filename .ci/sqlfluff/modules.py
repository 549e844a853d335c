"""What dbt's `modules` holds, while sqlfluff renders a model."""

import datetime
import re

import pytz

__all__ = ["datetime", "pytz", "re"]

"""The four states of health, from best to worst."""

from __future__ import annotations

from collections.abc import Iterable

STATES = ("HEALTHY", "WARNING", "CRITICAL", "FAILED")
HEALTHY, WARNING, CRITICAL, FAILED = STATES


def worst(states: Iterable[str]) -> str:
    """Return the worst of some states; HEALTHY where there is none."""
    return max(states, key=STATES.index, default=HEALTHY)

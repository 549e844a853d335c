"""Errors a user can mend. Each carries the exit code that the command ends with."""

from __future__ import annotations


class LoaderError(Exception):
    """What was read, what is wrong, what to do: one line, printed to stderr."""

    exit_code = 1


class UsageError(LoaderError):
    """Wrong use or configuration."""

    exit_code = 2


class SourceFormatError(LoaderError):
    """A file is not what its source sends: it is quarantined, nothing of it lands."""

    exit_code = 6


class ReplacementError(SourceFormatError):
    """A file would take away what an earlier one stated; a person can accept it."""


class BusyError(LoaderError):
    """Another run holds the lock."""

    exit_code = 7


class StorageError(LoaderError):
    """The disk is full, read-only or failing."""

    exit_code = 8


class BuildError(LoaderError):
    """A model or a test failed; nothing was published."""

    exit_code = 9

"""Errors a user can mend. Each carries the exit code that the command ends with."""

from __future__ import annotations

from datetime import datetime


class LoaderError(Exception):
    """What was read, what is wrong, what to do: one line, printed to stderr."""

    exit_code = 1


class UsageError(LoaderError):
    """Wrong use or configuration."""

    exit_code = 2


class NothingSetUpError(UsageError):
    """No source that was asked for is set up, and nothing was dropped into the inbox."""


class SourceFormatError(LoaderError):
    """A file is not what its source sends: it is quarantined, nothing of it lands."""

    exit_code = 6


class EmptyExportError(SourceFormatError):
    """An export has a header and no rows, as that of a small account may: it is ignored."""


class ReplacementError(SourceFormatError):
    """A file would take away what an earlier one stated, or states lines twice; a person can accept it.

    effects: lines that say what accepting it does, where only the files that it was joined from could tell.
    """

    def __init__(self, message: str, effects: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.effects = effects


class BusyError(LoaderError):
    """Another run holds the lock."""

    exit_code = 7


class StorageError(LoaderError):
    """The disk is full, read-only or failing."""

    exit_code = 8


class FileError(StorageError):
    """One file or folder can't be read: it is named, and the others go on."""


class ChangingError(BusyError):
    """One file is written to while it is read: it is named, and the others go on."""


class BuildError(LoaderError):
    """A model or a test failed; nothing was published."""

    exit_code = 9


class PersonNeededError(LoaderError):
    """A person is needed: to log in again, for a second factor, a captcha, a permission. Never retried."""

    exit_code = 4


class UnavailableError(LoaderError):
    """The source can't be had now: down, throttled, or answering with something else than it should.

    not_before: when the platform said that it may be asked again.
    """

    exit_code = 5

    def __init__(self, message: str, not_before: datetime | None = None) -> None:
        super().__init__(message)
        self.not_before = not_before


class MissingError(UnavailableError):
    """What was asked for is not there (404): removed, or never public."""


class TransientError(Exception):
    """A try failed in a way that another try may not; what is wrong, in a few words."""


class ThrottledError(Exception):
    """The platform asks to wait, so many seconds where it says how many."""

    def __init__(self, seconds: float | None = None) -> None:
        super().__init__("asks to wait")
        self.seconds = seconds

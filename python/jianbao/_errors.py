"""Exceptions: a family of their own, and where Python has a class for what happened, that as well."""

import errno as numbers


class JianbaoError(Exception):
    """What went wrong, in one sentence."""

    code: str = "internal-error"
    """A stable word for it, such as `locked` or `not-a-run`."""


class OptionError(JianbaoError, ValueError):
    """An option has no such value."""


class FileError(JianbaoError, OSError):
    """The system refused a file or folder; `errno`, `strerror` and `filename` are as of any `OSError`."""


class FileMissingError(FileError, FileNotFoundError):
    """There is no such file or folder."""


class FileForbiddenError(FileError, PermissionError):
    """It may not be read or written."""


class NotAFolderError(FileError, NotADirectoryError):
    """It should be a folder."""


class IsAFolderError(FileError, IsADirectoryError):
    """It should not be a folder."""


def coded(code: str, message: str) -> JianbaoError:
    """An exception with a code."""
    error = JianbaoError(message)
    error.code = code
    return error


def option(message: str) -> OptionError:
    """An exception about an option."""
    error = OptionError(message)
    error.code = "bad-option"
    return error


def refused(code: str, number: int | None, message: str, path: str) -> FileError:
    """An exception of the class that Python has for the number that the system gave."""
    error = FileError(message) if number is None else _KINDS.get(number, FileError)(number, message, path)
    error.code = code
    return error


def unreadable(error: OSError, path: str) -> FileError:
    """What the system said when a document was opened, with the code that such a document has in a dataset."""
    code = _CODES.get(error.errno or 0, "unreadable-file")
    return refused(code, error.errno, error.strerror or str(error), path)


_KINDS: dict[int, type[FileError]] = {
    numbers.ENOENT: FileMissingError,
    numbers.EACCES: FileForbiddenError,
    numbers.EPERM: FileForbiddenError,
    numbers.ENOTDIR: NotAFolderError,
    numbers.EISDIR: IsAFolderError,
}

_CODES = {numbers.ENOENT: "not-found", numbers.EISDIR: "not-a-file"}

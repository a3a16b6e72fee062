"""Errors that this side finds."""

from ._jianbao import JianbaoError


def coded(code: str, message: str) -> JianbaoError:
    """An exception with a code."""
    error = JianbaoError(message)
    error.code = code
    return error

"""The one error that ends a comparison with a line instead of a traceback."""


class Failure(Exception):
    """What went wrong and what to do about it."""

"""Aligned tables for a terminal; they are Markdown too."""


def render(header: list[str], rows: list[list[str]]) -> str:
    """The first column is flush left, the others flush right. A column in which nothing was measured is left out."""
    kept = [c for c in range(len(header)) if c == 0 or any(row[c] != "n/a" for row in rows)]
    header, rows = [header[c] for c in kept], [[row[c] for c in kept] for row in rows]
    widths = [max(len(line[column]) for line in [header, *rows]) for column in range(len(header))]

    def line(cells: list[str]) -> str:
        padded = [cell.ljust(w) if c == 0 else cell.rjust(w) for c, (cell, w) in enumerate(zip(cells, widths))]
        return "| " + " | ".join(padded) + " |"

    rule = ["-" * widths[0], *("-" * (w - 1) + ":" for w in widths[1:])]
    return "\n".join([line(header), line(rule), *(line(row) for row in rows)])


def count(value: float | None) -> str:
    """A whole number with separators, three significant digits below 100."""
    if value is None:
        return "n/a"
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def times(value: float | None) -> str:
    """A ratio."""
    return "n/a" if value is None else f"{value:.2f} ×"


def share(value: float | None) -> str:
    """A share in per cent."""
    return "n/a" if value is None else f"{100 * value:.1f} %"


def mebibytes(value: int | None) -> str:
    """Bytes."""
    return "n/a" if value is None else f"{value / 2**20:,.0f} MiB"

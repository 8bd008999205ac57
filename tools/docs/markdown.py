"""Parts of pages in MyST's Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def page(title: str, *parts: str) -> str:
    """Return a page with its title; empty parts are omitted."""
    return "\n\n".join([f"# {title}", *filter(None, parts)]) + "\n"


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table, "" without rows."""
    written = [_row(row) for row in rows]
    return "\n".join([_row(heads), _row(["---"] * len(heads)), *written]) if written else ""


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cell.replace('|', chr(92) + '|').replace(chr(10), ' ') for cell in cells)} |"


def definitions(entries: Iterable[tuple[str, str, str]]) -> str:
    """Return names with facts behind them, such as a type, and their descriptions below: no wider than a phone."""
    return "\n\n".join(f"`{name}` {facts}\n: {about.replace(chr(10), ' ')}" for name, facts, about in entries)


def code(language: str, text: str) -> str:
    """Return a block of code."""
    return f"```{language}\n{text.strip()}\n```"


def tabs(*items: tuple[str, str]) -> str:
    """Return alternatives by their labels, of which a reader sees one; empty ones are omitted."""
    parts = "\n".join(f":::{{tab-item}} {label}\n:sync: {label}\n{text}\n:::" for label, text in items if text)
    return f"::::{{tab-set}}\n:sync-group: language\n{parts}\n::::"


def contents(*names: str, hidden: bool = True) -> str:
    """Return a table of contents that names pages."""
    return "\n".join(["```{toctree}", *([":hidden:"] if hidden else []), "", *names, "```"])

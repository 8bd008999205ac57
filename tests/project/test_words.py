"""
The words: phrases that a reader has to decode, and what to write instead.

The test searches comments, docstrings, messages, help and names in the package and its tests, and the documents. A phrase that is
right in its place is in `ALLOWED`, with the reason.
"""

from __future__ import annotations

import io
import re
import tokenize
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
THIS = Path(__file__).relative_to(ROOT).as_posix()

INSTEAD: Mapping[str, str] = {
    r"(?:^|\"\"\"|'''|\. )\s*Gives? ": "Return …",
    r", and (?:gives?|give) ": ", and return …",
    r"\bto added\b|\bhas added (?:a|the) (?:same )?resource\b": "to set on",
    r"\b[Ww]hoever\b": "the person, the caller, users who",
    r"\b[Ww]hatever\b(?! (?:happens|the|its|their|it|they|kind|came)\b)": "any, all, the value",
    r"(?:^|[.:;!?] )What (?!is|are|was|were|does|do|did|to|if|happens|it|an?|the|this|that)\w+": "name the thing: rooms, calls, users",
    r"(?:^|[.:;!?] )Who \w+(?! .*\?)": "users who, the caller",
    r"\b(?:is|are|was|were|be|being|been) told\b": "is reported, is printed, sees",
    r"\b[Tt]old (?:of|as|to|by|so|that|about|where)\b": "reported, shown",
    r"\b(?:tell|tells) (?!.*apart)(?:so|of|that|which|whether|what|how|where|who|a|the|it|them|people)\b": "shows, reports",
    r"\b[Ss]ays? (?:of|so|nothing|what|whether|which|where|how)\b": "reports, shows, names",
    r"\b(?<!there )(?:is|are|was|were) no (?!longer|more|other|sooner)\w+": "is not a …, … not found",
    r"(?<![Tt]here )\b(?:is|are) none\b": "is not …",
    r"(?<![Tt]here is )\bno such\b": "unknown …, … not found",
    r"\bstands? (?:for|in(?! the way)|above|below|beside|there|where|at)\b": "is, means, is in",
    r"\b(?:made|makes?|making|looks?) anew\b|\b(?:makes?|made|goes|go|comes?) (?:it |them )?again\b": "recreates, retries, looks again",
    r"\bcomes? (?:in|into|off|away)\b": "is imported, is added, reaches",
    r"\bgoes? (?:again|away|off|out|wrong with|on with)\b": "is removed, fails, continues",
    r"\btaken? (?:in|off|for|away|note)\b|\btakes? (?:in|off|for|note)\b": "imported, removed, counted as, record",
    r"\bputs? (?:on|off)\b|\bput on\b": "add, set, remove",
    r"\bin place of\b": "instead of",
    r"\b(?:left|leaves?|leaving) out\b": "omitted",
    r"\bfor you to say\b|\bnobody (?:else )?(?:waits|gets)\b": "you decide; nothing waits",
    r"\bdie[sd]?\b|\bdying\b": "is interrupted, ends, expires",
    r"\bas long as\b": "while, if",
    r"\bno (?:drift|error|errors|attempts?|change of)\b(?= (?:is|are|at all)\b)": "is not counted as …",
    r"\b(?:is|are) no (?:drift|error|errors|attempts?)\b": "is not counted as …",
    r"\ba (?:fifth|tenth|seventh|twentieth)\b|\b(?:four|three) (?:tenths|quarters)\b": "a number in %",
    r"\bwhere (?:it is|there is|there are|that is|they are|none|AWS|nothing|one|somebody|possible)\b": "if, when",
    r"\bwherever\b|\bwhence\b|\bthereof\b": "everywhere that",
    r"\bsilences?\b": "ignore",
    r"\b[Tt]hose (?:of|that)\b.*\bthose (?:of|that)\b": "name the things",
}
"""By regular expression: what to write instead."""

NAMES: Mapping[str, str] = {
    "told": "shown, reported, raised",
    "tells": "reports, shows",
    "hold": "validate_…",
    "held": "validated, listed",
    "whoever": "the person or caller",
    "anew": "again",
    "adopt": "import",
    "adoption": "import",
}
"""Words of names, which are joined by underscores."""

ALLOWED: Mapping[tuple[str, str], str] = {}
"""By file and text: the reason why a phrase may stay."""

DOCUMENTS = ("*.md", "docs/*.md", "examples/*/README.md", "templates/README.md")


def sources() -> Iterator[Path]:
    """Yield the files that are searched."""
    for folder in ("pulumi_ivschat", "tests", "benchmarks", "verify", "tools"):
        yield from sorted(file for file in (ROOT / folder).rglob("*.py") if "node_modules" not in file.parts)
    for pattern in DOCUMENTS:
        yield from sorted(ROOT.glob(pattern))


def prose(file: Path) -> Iterator[tuple[int, str]]:
    """Yield the lines of a document, or those of the comments, strings and names of tests of a Python file."""
    text = file.read_text(encoding="utf-8")
    if file.suffix != ".py":
        yield from enumerate(text.splitlines(), start=1)
        return
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type in {tokenize.COMMENT, tokenize.STRING}:
            yield from enumerate(token.string.splitlines(), start=token.start[0])
        elif token.type == tokenize.NAME and token.string.startswith("test_"):
            yield token.start[0], token.string.replace("_", " ")


def names(file: Path) -> Iterator[tuple[int, str]]:
    """Yield the names in a Python file."""
    if file.suffix == ".py":
        for token in tokenize.generate_tokens(io.StringIO(file.read_text(encoding="utf-8")).readline):
            if token.type == tokenize.NAME and not token.string.startswith("test_"):  # those are prose
                yield token.start[0], token.string


def findings(file: Path) -> Iterator[str]:
    place = file.relative_to(ROOT).as_posix()
    allowed = [text for allowed_in, text in ALLOWED if allowed_in == place]
    for number, line in prose(file):
        if not any(text in line for text in allowed):
            for pattern, instead in INSTEAD.items():
                if found := re.search(pattern, line.strip(" #")):
                    yield f"{place}:{number}: “{found[0].strip()}” → {instead}"
    for number, name in names(file):
        for word in {*name.lower().strip("_").split("_")} & NAMES.keys():
            if name not in allowed:
                yield f"{place}:{number}: the name {name} → {NAMES[word]}"


@pytest.mark.parametrize("file", [*sources()], ids=lambda file: file.relative_to(ROOT).as_posix())
def test_a_file_uses_the_words_of_the_field(file: Path) -> None:
    if file.relative_to(ROOT).as_posix() != THIS:
        assert list(findings(file)) == []


def test_each_exception_is_still_needed() -> None:
    unused = [
        (place, text)
        for place, text in ALLOWED
        if not any(text in line for _, line in (*prose(ROOT / place), *names(ROOT / place)))
    ]

    assert unused == []

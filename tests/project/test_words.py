"""
The words: phrases that a reader has to decode, and what to write instead.

The tests search documents, comments, docstrings, messages, help and names in the repository. A phrase that is right in its place is
in `ALLOWED`, with the reason.
"""

from __future__ import annotations

import io
import re
import subprocess
import tokenize
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tests.project import passages

ROOT = Path(__file__).parents[2]

INSTEAD: Mapping[str, str] = {
    r"^Gives? |; gives? (?!one of)|, gives? (?:its?|the|what)\b": "Return …",
    r"\band gives? (?:it\b|what\b|the \w+ that\b)": "and return …",
    r"\bto added\b|\bhas added (?:a|the) (?:same )?resource\b": "to set on",
    r"\b(?:to|that|which|what is to) (?:are|is) (?:imported|reported)\b(?= (?:the|any|its|their) )": "a verb without an object here",
    r"\bis distinguished (?:anybody|who)\b|\bare not (?:conflict|operation)\b": "a sentence that nobody has read",
    r"\b[Ww]hoever\b": "the person, the caller, users who",
    r"\b[Aa]nybody who\b": "the caller, the process that, users who",
    r"\b[Ww]hatever\b(?! (?:happens|the|its|their|it|they|kind|came)\b)": "any, all, the value",
    r"[.:;!?] What (?!if\b|to\b)\w+(?![^.]*\?)": "name the thing: rooms, calls, users",
    r"^What (?!(?:is|are|was|were|does|do|did|to|if|happens|it|an?|the|this|that|each|all|people)\b)\w+(?![^.]*\?)": "name the thing: rooms, calls, users",
    r"^What (?:is|are|was|were) [^.,:;]* (?:is|are|was|were|goes?|gets?|has|have|stays?|counts?)\b(?![^.]*\?)": "name the thing: rooms, calls",
    r"[.:;!?] Who \w+(?![^.]*\?)|^Who (?!(?:is|are|owns|gets|may|can)\b)\w+": "users who, the caller",
    r"\b(?:is|are|was|were|be|being|been) told\b": "is reported, is printed, sees",
    r"\b[Tt]old (?:of|as|to|by|so|that|about|where)\b": "reported, shown",
    r"\b(?:tell|tells) (?![^.]*apart)(?:so|of|that|which|whether|what|how|where|who|a|the|it|them|people)\b": "shows, reports",
    r"\b[Ss]ays? (?:of|so|nothing|what|whether|which|where|how)\b": "reports, shows, names",
    r"(?<![Tt]here )\b(?:is|are|was|were) no (?!longer|more|other|sooner)\w+": "is not a …, … not found",
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
    r"\bfor you to say\b|\bnobody (?:else )?(?:waits for|gets a word)\b": "you decide; nothing waits",
    r"\bdie[sd]?\b|\bdying\b": "is interrupted, ends, expires",
    r"\bas long as\b": "while, if",
    r"\bno (?:drift|error|errors|attempts?|change of)\b(?= (?:is|are|at all)\b)": "is not counted as …",
    r"\b(?:is|are) no (?:drift|error|errors|attempts?)\b": "is not counted as …",
    r"\ba (?:fifth|tenth|seventh|twentieth)\b|\b(?:four|three) (?:tenths|quarters)\b": "a number in %",
    r"\bwhere (?:it is|there is|there are|that is|they are|none|AWS|nothing|one|somebody|possible)\b": "if, when",
    r"\bwherever\b|\bwhence\b|\bthereof\b": "everywhere that",
    r"\bsilenc(?:e[sd]?|ing)\b": "ignore",
    r"\b[Tt]hose (?:of|that)\b[^.]*\bthose (?:of|that)\b": "name the things",
}
"""By regular expression: what to write instead. A space matches a line break too."""

NAMES: Mapping[str, str] = {
    "told": "shown, reported, raised",
    "tells": "reports, shows",
    "hold": "validate_…",
    "held": "validated, listed",
    "whoever": "the person or caller",
    "anew": "again",
    "adopt": "import",
    "adoption": "import",
    "silenced": "ignored",
    "tell": "report, show, print",
    "put_off": "postpone, remove",
    "go_on": "continue",
    "came_in": "arrived, received",
    "letting_go": "release",
}
"""Words of names, which are joined by underscores."""

ALLOWED: Mapping[tuple[str, str], str] = {
    ("tests/examples/test_moderation.py", "What the ****"): "a chat message, as the example prints it",
}
"""By file and text: the reason why a phrase may stay."""

_PATTERNS = {re.compile(pattern.replace(" ", r"[ \n]")): instead for pattern, instead in INSTEAD.items()}
_NAMES = re.compile(rf"(?:^|_)({'|'.join(NAMES)})(?=_|$)", re.IGNORECASE)
_TEXTS = (".js", ".mjs", ".ts", ".html", ".css", ".json", ".yml", ".yaml", ".sh", ".toml", ".svg", ".md", ".py")
_ELSEWHERE = re.compile(
    r"(?:^|/)package-lock\.json$|^verify/recorded/|^templates/(?!README)|/plugin/schema\.json$|^CITATION|^LICENSE"
)
"""Files whose words are not ours, or are copies of those that are searched."""


def sources() -> list[str]:
    """Return the files that are searched, from the root."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout.split("\0")
    mine = Path(__file__).relative_to(ROOT).as_posix()
    return [file for file in listed if file.endswith(_TEXTS) and file != mine and not _ELSEWHERE.search(file)]


def names(text: str) -> Iterator[tuple[int, str]]:
    """Yield the names in Python code; those of tests are prose."""
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.NAME and not token.string.startswith("test_"):
            yield token.start[0], token.string


def phrases(file: str) -> Iterator[str]:
    """Yield the findings in a file's texts, as lines for people."""
    allowed = [text for place, text in ALLOWED if place == file]
    for start, text in passages.of(ROOT / file):
        for pattern, instead in _PATTERNS.items():
            if (found := pattern.search(text)) and not any(each in text.replace("\n", " ") for each in allowed):
                line = start + text.count("\n", 0, found.start())
                yield f"{file}:{line}: “{' '.join(found[0].split())}” → {instead}"


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("a.py", '"""This cannot be\n    told from that."""'),
        ("a.py", "# This cannot be\n# told from that."),
        ("a.py", 'msg = f"{name}: this is told"'),
        ("a.py", "def test_this_is_told(): ..."),
        ("a.md", "- This cannot be\n  told from that."),
        ("a.mjs", "  // This cannot be\n  // told from that."),
        ("a.json", '{"description": "This is told."}'),
        ("a.md", "What they write is shown."),
        ("a.md", "What is missing is an error."),
    ],
)
def test_a_phrase_is_found_in_every_form_of_text(tmp_path: Path, file: str, text: str) -> None:
    (tmp_path / file).write_text(text)

    assert len([*phrases(str(tmp_path / file))]) == 1


def test_texts_have_no_phrase_that_a_reader_must_decode() -> None:
    found = [finding for file in sources() for finding in phrases(file)]

    assert not found, "\n".join(["", *found])


def test_names_have_no_word_that_a_reader_must_decode() -> None:
    found = [
        f"{file}:{line}: the name {name} → {NAMES[word[1].lower()]}"
        for file in sources()
        if file.endswith(".py")
        for line, name in names((ROOT / file).read_text(encoding="utf-8"))
        if (word := _NAMES.search(name)) and (file, name) not in ALLOWED
    ]

    assert not found, "\n".join(["", *found])


def test_each_exception_is_still_needed() -> None:
    unused = [(place, text) for place, text in ALLOWED if text not in " ".join((ROOT / place).read_text().split())]

    assert unused == []

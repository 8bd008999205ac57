"""The report of a run: as Markdown for people, as JSON for programs."""

from __future__ import annotations

import collections
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import attrs

from verify.question import Result, Verdict
from verify.questions import in_order


@attrs.frozen
class Report:
    """The results, and what the run cost: requests and seconds."""

    endpoint: str
    region: str
    results: Sequence[Result]
    requests: int
    seconds: float

    @property
    def different(self) -> list[Result]:
        """The results that differ."""
        return [result for result in self.results if result.verdict is Verdict.DIFFERENT]

    def as_json(self) -> str:
        """Return the report as JSON."""
        about = {"endpoint": self.endpoint, "region": self.region, "requests": self.requests}
        counts = {verdict.value: count for verdict, count in _counts(self.results).items()}
        results = [_as_json(result) for result in self.results]
        return _json({**about, "seconds": round(self.seconds, 1), "counts": counts, "results": results})

    def as_markdown(self) -> str:
        """Return the report as Markdown."""
        return "\n".join([*self._head(), *self._differences(), *self._all()]) + "\n"

    def _head(self) -> Iterable[str]:
        yield f"# IVS Chat, verified: {self.endpoint}, {self.region}"
        yield ""
        counts = ", ".join(f"{count} {verdict.value}" for verdict, count in _counts(self.results).items())
        yield f"{len(self.results)} questions: {counts}. {self.requests} requests and frames in {self.seconds:.0f} s."
        yield ""

    def _differences(self) -> Iterable[str]:
        for result in self.different:
            yield f"## {result.question.name}"
            yield ""
            yield f"{result.question.words} (*{result.question.topic}*)"
            yield ""
            yield f"- expected: `{_line(result.question.expected)}`"
            yield f"- seen: {result.reason or f'`{_line(result.seen)}`'}"
            yield from (f"- text: {text}" for text in result.texts)
            yield ""

    def _all(self) -> Iterable[str]:
        yield "| Topic | Question | Result | Seen |"
        yield "|---|---|---|---|"
        for result in self.results:
            seen = result.reason or f"`{_line(result.seen)}`"
            cells = (result.question.topic, f"`{result.question.name}`", result.verdict.value, seen)
            yield f"| {' | '.join(cell.replace('|', '&#124;').replace(chr(10), ' ') for cell in cells)} |"


def recorded(results: Iterable[Result]) -> str:
    """Return the answers as a fixture, by question; those that failed or were not tried are omitted."""
    answers = {each.question.name: each.seen for each in results if not each.reason}
    return _json(answers)


def read_recorded(file: Path) -> Mapping[str, Any]:
    """Return the answers of a fixture; raise ValueError for another document, or for a question that does not exist."""
    answers = json.loads(file.read_text(encoding="utf-8"))
    if not isinstance(answers, dict):
        msg = f"{file} has no answers: record it with --record"
        raise TypeError(msg)
    if unknown := sorted(answers.keys() - in_order().keys()):
        msg = f"{file} has an answer to {unknown[0]}, which is not a question: remove it, or rename it"
        raise ValueError(msg)
    return answers


def _counts(results: Iterable[Result]) -> Mapping[Verdict, int]:
    counts = collections.Counter(result.verdict for result in results)
    return {verdict: counts[verdict] for verdict in Verdict if counts[verdict]}


def _as_json(result: Result) -> dict[str, Any]:
    question = result.question
    return {
        "question": question.name,
        "topic": question.topic,
        "result": result.verdict.value,
        "expected": question.expected,
        "seen": result.seen,
        "reason": result.reason,
        "texts": [*result.texts],
    }


def _line(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _json(document: Any) -> str:
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"

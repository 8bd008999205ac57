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

    @property
    def failed(self) -> list[Result]:
        """The results of questions that failed."""
        return [result for result in self.results if result.verdict is Verdict.FAILED]

    def as_json(self) -> str:
        """Return the report as JSON."""
        about = {"endpoint": self.endpoint, "region": self.region, "requests": self.requests}
        counts = {verdict.value: count for verdict, count in _counts(self.results).items()}
        results = [_as_json(result) for result in self.results]
        return _json({**about, "seconds": round(self.seconds, 1), "counts": counts, "results": results})

    def as_markdown(self) -> str:
        """Return the report as Markdown."""
        return "\n".join([*self._head(), *self._differences(), *self.table()]) + "\n"

    def _head(self) -> Iterable[str]:
        yield f"# IVS Chat, verified: {self.endpoint}, {self.region}"
        yield ""
        counts = ", ".join(f"{count} {verdict.value}" for verdict, count in _counts(self.results).items())
        yield f"{len(self.results)} questions: {counts}. {self.requests} requests and frames in {self.seconds:.0f} s."
        yield ""

    def _differences(self) -> Iterable[str]:
        for result in (*self.different, *self.failed):
            yield f"## {result.question.name}"
            yield ""
            yield f"{result.question.words} (*{result.question.topic}*)"
            yield ""
            yield f"- expected: `{_line(result.question.expected)}`"
            yield f"- seen: {result.reason or f'`{_line(result.seen)}`'}"
            yield from (f"- text: {text}" for text in result.texts)
            yield ""

    def table(self) -> Iterable[str]:
        """Yield the lines of the table of all results."""
        yield "| Topic | Question | Result | Seen |"
        yield "|---|---|---|---|"
        for result in self.results:
            seen = result.reason or f"`{_line(result.seen)}`"
            cells = (result.question.topic, f"`{result.question.name}`", result.verdict.value, seen)
            yield f"| {' | '.join(cell.replace('|', '&#124;').replace(chr(10), ' ') for cell in cells)} |"


def recorded(results: Iterable[Result]) -> str:
    """Return a fixture: the answers by question, and the reasons of those that failed; what was not tried is omitted."""
    all_results = [*results]
    answers = {each.question.name: each.seen for each in all_results if not each.reason}
    failed = {each.question.name: each.reason for each in all_results if each.verdict is Verdict.FAILED}
    return _json({"answers": answers, "failed": failed})


def read_recorded(file: Path) -> Mapping[str, Any]:
    """Return the answers of a fixture; raise ValueError for another file, or for a question that does not exist."""
    answers = _answers(file)
    if unknown := sorted(answers.keys() - in_order().keys()):
        msg = f"{file} has an answer to {unknown[0]}, which is not a question: remove it, or rename it"
        raise ValueError(msg)
    return answers


def _answers(file: Path) -> dict[str, Any]:
    try:
        document = json.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        msg = f"{file} cannot be read: {error.strerror}"
        raise ValueError(msg) from None
    except ValueError:
        document = None
    answers = document.get("answers") if isinstance(document, dict) else None
    if not isinstance(answers, dict):
        msg = f"{file} has no answers: record it with --record"
        raise ValueError(msg)  # noqa: TRY004 - it is the file that is wrong
    return answers


def _counts(results: Iterable[Result]) -> Mapping[Verdict, int]:
    counts = collections.Counter(result.verdict for result in results)
    return {verdict: counts[verdict] for verdict in Verdict if counts[verdict]}


def _as_json(result: Result) -> dict[str, Any]:
    question = result.question
    return {
        "question": question.name,
        "topic": question.topic,
        "source": question.source,
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

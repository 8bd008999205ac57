"""A drift report as JSON (`docs/drift.schema.json`), as Markdown for a pull request or an issue, and as lines."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any, Final

from pulumi_ivschat.stacks.account import Found
from pulumi_ivschat.stacks.drift import CHANGED, KINDS, Finding, Report

VERSION: Final = 1
"""Of the JSON form; a new member does not change it."""

TITLES: Final = {
    "changed": "Changed",
    "missing": "Missing",
    "unmanaged": "Unmanaged",
    "stale": "Not updated for 23 months",
}


def document(report: Report) -> dict[str, Any]:
    """Return the report as what JSON can hold."""
    return {
        "version": VERSION,
        "clean": report.is_clean,
        "stacks": list(report.stacks),
        "regions": list(report.regions),
        "findings": [_finding(finding) for finding in report.findings],
        "ignored": [_finding(finding) for finding in report.ignored],
        "otherStacks": [_foreign(found) for found in report.foreign],
    }


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "kind": finding.kind,
        "type": finding.type,
        "arn": finding.arn,
        "stack": finding.stack or None,
        "resource": finding.resource or None,
        "property": finding.path or None,
        "before": finding.before,
        "after": finding.after,
        "changedAt": finding.changed_at or None,
        "note": finding.explanation or None,
        "rule": finding.rule,
    }


def _foreign(found: Found) -> dict[str, Any]:
    owner = found.owner
    stack = f"{owner.project}/{owner.stack}" if owner else None
    return {"type": found.type, "arn": found.arn, "name": found.name, "stack": stack}


def by_kind(report: Report) -> Iterator[tuple[str, list[Finding]]]:
    """Yield the findings of each kind that has some, with its title."""
    for kind in KINDS:
        if found := [finding for finding in report.findings if finding.kind == kind]:
            yield TITLES[kind], found


def hints(findings: Iterable[Finding]) -> list[str]:
    """Return the hints of findings, each once."""
    return list(dict.fromkeys(finding.hint for finding in findings if finding.hint))


def summary(report: Report) -> str:
    """Return the report in one sentence."""
    looked = f"{_counted(len(report.stacks), 'stack')} in {', '.join(report.regions) or 'no region'}"
    counts = [f"{len(found)} {title.lower()}" for title, found in by_kind(report)]
    aside = [
        f"{len(report.ignored)} ignored by rules" if report.ignored else "",
        f"{_counted(len(report.foreign), 'resource')} of other stacks" if report.foreign else "",
    ]
    shown = f"{'; '.join(counts) or 'no drift'} ({looked})"
    return "; ".join([shown, *filter(None, aside)]) + "."


def _counted(number: int, thing: str) -> str:
    return f"{number} {thing}{'' if number == 1 else 's'}"


def place(finding: Finding) -> str:
    """Return what a finding is about: a resource of a stack, or the ARN and name of something unmanaged."""
    if finding.stack:
        return f"{finding.stack} {finding.type} {finding.resource}"
    return f"{finding.type} {finding.resource or '(no name)'} {finding.arn}"


def change(finding: Finding) -> str:
    """Say from what to what a property changed."""
    if finding.kind != CHANGED:
        return finding.note
    return f"{finding.path}: {value(finding.before)} → {value(finding.after)}"


def value(given: Any) -> str:
    """Write a value in a line."""
    return "(none)" if given is None else str(given)


def markdown(report: Report) -> str:
    """Return the report as Markdown."""
    lines = [f"**Drift:** {_cell(summary(report))}", ""]
    for title, findings in by_kind(report):
        lines += [f"### {title}", "", "| what | how | since | rule to ignore it |", "| --- | --- | --- | --- |"]
        for finding in findings:
            cells = (place(finding), change(finding), finding.changed_at, finding.rule)
            lines.append(f"| {' | '.join(map(_cell, cells))} |")
        lines += ["", *hints(findings), ""] if hints(findings) else [""]
    return "\n".join(lines).rstrip() + "\n"


def _cell(text: str) -> str:
    """Write text so that Markdown takes nothing in it for its own, nor for a mention of somebody."""
    if not text:
        return ""
    line = " ".join(text.split())
    line = "".join(each if each.isprintable() else each.encode("unicode_escape").decode() for each in line)
    line = re.sub(r"\\(?=\|)", r"\\ ", line).replace("|", r"\|")  # a backslash of its own would undo the pipe's
    longest = max(map(len, re.findall("`+", line)), default=0)
    fence = "`" * (longest + 1)
    return f"{fence} {line} {fence}" if longest else f"`{line}`"

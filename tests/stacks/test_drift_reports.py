"""A drift report as people and programs read it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from pulumi_ivschat.lifecycle import RESOURCE_TYPES
from pulumi_ivschat.model.owner_tag import OWNER_TAG
from pulumi_ivschat.stacks.account import Found
from pulumi_ivschat.stacks.drift import Finding, Report
from pulumi_ivschat.stacks.drift_reports import document, markdown, summary

SCHEMA = json.loads((Path(__file__).parents[2] / "docs" / "drift.schema.json").read_text())
ARN = "arn:aws:ivschat:us-west-2:000000000000:room/abcdefghijkl"
WHEN = "2026-01-31T08:00:00.123Z"
FINDINGS = [
    Finding("changed", "Room", ARN, "chat/test", "lobby", "name", "a", None, WHEN),
    Finding("changed", "Room", ARN, "chat/test", "lobby", "message_review_handler", None, {"uri": "x"}, WHEN),
    Finding("changed", "TagSet", ARN, "chat/test", "cost", "tags.a", "1", "2"),
    Finding("missing", "LoggingConfiguration", ARN, "chat/test", "logs"),
    Finding("unmanaged", "Room", ARN, changed_at=WHEN),
    Finding("stale", "Room", ARN, "chat/test", "old", changed_at=WHEN, note="soon"),
]
OTHER = Found("Room", {"arn": ARN, "name": "theirs", "tags": {OWNER_TAG: "chat/prod/theirs"}})


def report(*findings: Finding, ignored: tuple[Finding, ...] = (), foreign: tuple[Found, ...] = ()) -> Report:
    return Report(["chat/test"], ["us-west-2"], findings, ignored, foreign)


@pytest.mark.parametrize(
    "given",
    [report(), report(*FINDINGS), report(ignored=(FINDINGS[0],), foreign=(OTHER,))],
    ids=["clean", "all", "aside"],
)
def test_the_json_form_is_as_its_schema_says(given: Report) -> None:
    written = json.loads(json.dumps(document(given)))

    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    jsonschema.Draft202012Validator(SCHEMA).validate(written)


def test_json_has_note_and_hint_in_each_finding() -> None:
    finding = Finding("unmanaged", "Room", ARN, note="its owner tag names a/b", hint="Run it.")

    assert document(report(finding))["findings"][0]["note"] == "its owner tag names a/b. Run it."


def test_the_schema_names_every_type_and_no_other() -> None:
    assert sorted(SCHEMA["$defs"]["type"]["enum"]) == sorted(RESOURCE_TYPES)


def test_the_schema_names_every_member_and_no_other() -> None:
    written: dict[str, Any] = document(report(FINDINGS[0], foreign=(OTHER,)))
    finding, other = SCHEMA["$defs"]["finding"], SCHEMA["$defs"]["other"]

    assert written.keys() == SCHEMA["properties"].keys() == {*SCHEMA["required"]}
    assert written["findings"][0].keys() == finding["properties"].keys() == {*finding["required"]}
    assert written["otherStacks"][0].keys() == other["properties"].keys() == {*other["required"]}


def test_json_says_null_for_what_does_not_apply() -> None:
    [finding] = document(report(FINDINGS[4]))["findings"]

    assert finding == {
        "kind": "unmanaged",
        "type": "Room",
        "arn": ARN,
        "stack": None,
        "resource": None,
        "property": None,
        "before": None,
        "after": None,
        "changedAt": WHEN,
        "note": None,
        "rule": f"unmanaged:{ARN}",
    }


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        (report(), "no drift (1 stack in us-west-2)."),
        (
            report(*FINDINGS, ignored=(FINDINGS[0],), foreign=(OTHER,)),
            "3 changed; 1 missing; 1 unmanaged; 1 not updated for 23 months (1 stack in us-west-2); "  # noqa: ISC004
            "1 ignored by rules; 1 resource of other stacks.",
        ),
        (Report(["a/b", "a/c"], [], [], [], []), "no drift (2 stacks in no region)."),
    ],
)
def test_a_sentence_shows_how_much_there_is(given: Report, shown: str) -> None:
    assert summary(given) == shown


def test_markdown_has_a_table_for_each_kind() -> None:
    assert markdown(report(FINDINGS[0], FINDINGS[3])) == (
        "**Drift:** `1 changed; 1 missing (1 stack in us-west-2).`\n\n"
        "### Changed\n\n"
        "| what | how | since | rule to ignore it |\n| --- | --- | --- | --- |\n"
        f"| `chat/test Room lobby` | `name: a → (none)` | `{WHEN}` | `changed:chat/test/lobby.name` |\n\n"
        "### Missing\n\n"
        "| what | how | since | rule to ignore it |\n| --- | --- | --- | --- |\n"
        "| `chat/test LoggingConfiguration logs` |  |  | `missing:chat/test/logs` |\n"
    )


def test_a_hint_of_many_findings_is_below_their_table_once() -> None:
    finding = Finding("stale", "Room", ARN, "chat/test", "old", changed_at=WHEN, hint="AWS deletes it soon.")

    text = markdown(report(finding, finding, FINDINGS[0]))

    assert text.endswith(" |\n\nAWS deletes it soon.\n")
    assert text.count("AWS deletes it soon.") == 1


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("a|b", r"`p: a\|b → (none)`"),
        (r"a\|b", r"`p: a\ \|b → (none)`"),
        ("a\r\n\n| x |\u2028", r"`p: a \| x \| → (none)`"),
        ("@everyone #1 <script> **x** [a](b)", "`p: @everyone #1 <script> **x** [a](b) → (none)`"),
        ("\u202egnp.exe\x1b", r"`p: \u202egnp.exe\x1b → (none)`"),
        ("`x`", "`` p: `x` → (none) ``"),
        ("a```b`", "```` p: a```b` → (none) ````"),
    ],
)
def test_nothing_in_a_name_or_a_tag_is_markup(text: str, cell: str) -> None:
    finding = Finding("changed", "Room", ARN, "s", "r", "p", text, None)

    rows = markdown(report(finding)).splitlines()

    assert rows[6:] == [f"| `s Room r` | {cell} |  | `changed:s/r.p` |"]

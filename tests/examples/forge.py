"""
A stand-in for `gh` and `glab`: it records each call, and remembers whether the issue is open.

What the two would say to GitHub and GitLab cannot be real here; their arguments are what the tests look at.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import attrs

NUMBER = 7


@attrs.frozen
class Forge:
    """What was asked of GitHub or GitLab."""

    directory: Path

    def install(self) -> None:
        """Put `gh` and `glab` where a PATH can begin."""
        for name in ("gh", "glab"):
            file = self.directory / "bin" / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{__file__}" "{self.directory}" {name} "$@"\n')
            file.chmod(0o755)

    def calls(self) -> list[list[str]]:
        """Return the calls since the last time, each with the text of its `--body-file` instead of the name."""
        log = self.directory / "calls"
        lines = log.read_text().splitlines() if log.exists() else []
        log.unlink(missing_ok=True)
        return [json.loads(line) for line in lines]

    def answer(self, call: list[str]) -> str:
        """Do what *call* asks for, as far as the pipelines see it."""
        with (self.directory / "calls").open("a") as log:
            log.write(json.dumps(call) + "\n")
        issue = self.directory / "issue"
        if call[1:3] == ["issue", "create"]:
            issue.touch()
        elif call[1:3] == ["issue", "close"]:
            issue.unlink()
        elif call[:3] == ["gh", "issue", "list"]:
            return f"{NUMBER}\n" if issue.exists() else ""
        elif call[:2] == ["glab", "api"]:
            return json.dumps([{"id": 99, "iid": NUMBER, "milestone": {"iid": 1}}] if issue.exists() else [])
        return ""


def _with_body(call: list[str]) -> list[str]:
    return [
        Path(word).read_text() if before == "--body-file" else word
        for before, word in zip(["", *call], call, strict=False)
    ]


if __name__ == "__main__":
    sys.stdout.write(Forge(Path(sys.argv[1])).answer(_with_body(sys.argv[2:])))

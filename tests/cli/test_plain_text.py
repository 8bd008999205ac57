"""What the commands use for text from elsewhere."""

from __future__ import annotations

from pulumi_ivschat import plain_text
from pulumi_ivschat.cli import plain_text as of_commands


def test_the_commands_escape_as_errors_do() -> None:
    assert of_commands.plain is plain_text.plain
    assert of_commands.plain_lines is plain_text.plain_lines

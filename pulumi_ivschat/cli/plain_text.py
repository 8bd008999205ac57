"""Text from elsewhere on a terminal: what the commands use of `pulumi_ivschat.plain_text`."""

from __future__ import annotations

from pulumi_ivschat.plain_text import plain, plain_lines

__all__ = ["plain", "plain_lines"]

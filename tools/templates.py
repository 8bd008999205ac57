"""
Write the copies of examples' files, in `templates/` and in a page of the documentation: `make templates`.

A template is a folder that `pulumi new` copies, so it cannot refer to a file outside of it. GitHub shows no file within a page.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[1]
TEMPLATES: Final = ROOT / "templates"
EXAMPLES: Final = ROOT / "examples"
_BACK_END: Final = EXAMPLES / "fastapi_backend"
_OF_THE_BACK_END: Final = ("__main__.py", "app.py", "requirements.txt", "test_app.py")
_GITOPS: Final = EXAMPLES / "gitops"
_PAGE: Final = ROOT / "docs" / "test-your-back-end.md"


def copies() -> dict[Path, str]:
    """Return the text of each file that is a copy, or has one."""
    return {
        TEMPLATES / "rooms-python" / "__main__.py": (EXAMPLES / "quickstart" / "__main__.py").read_text(),
        TEMPLATES / "rooms-yaml" / "Pulumi.yaml": _rooms_in_yaml(),
        **{TEMPLATES / "token-back-end" / name: (_BACK_END / name).read_text() for name in _OF_THE_BACK_END},
        _PAGE: _page_with_quotes(),
        **{TEMPLATES / "gitops" / path.relative_to(_GITOPS): _of_gitops(path) for path in _gitops()},
    }


def _rooms_in_yaml() -> str:
    """Return the template's own head, and the example's resources below it."""
    head, _, _ = (TEMPLATES / "rooms-yaml" / "Pulumi.yaml").read_text().partition("resources:\n")
    _, title, resources = (EXAMPLES / "quickstart-yaml" / "Pulumi.yaml").read_text().partition("resources:\n")
    return head + title + resources


def _page_with_quotes() -> str:
    """Return the page with the example's files, in the blocks whose first line names one of them."""

    def quoted(block: re.Match[str]) -> str:
        return f"```python\n# {block[1]}\n{(_BACK_END / block[1]).read_text()}```"

    return re.sub(r"```python\n# ((?:test_)?app\.py)\n.*?```", quoted, _PAGE.read_text(), flags=re.DOTALL)


def _gitops() -> Iterator[Path]:
    """Yield the example's files, without its project file and stacks of this checkout."""
    for path in sorted(_GITOPS.rglob("*")):
        is_kept = not path.match("Pulumi*.yaml") or path.name in {"Pulumi.staging.yaml", "Pulumi.prod.yaml"}
        if path.is_file() and is_kept and "__pycache__" not in path.parts:
            yield path


def _of_gitops(path: Path) -> str:
    """Return a file's text; that of the page without what only this repository has."""
    text = path.read_text()
    if path.name == "README.md":
        text, _, _ = text.partition("\n## What is tested")
        return re.sub(r"\[([^]]+)]\(\.\./\.\./[^)]+\)", r"\1 of pulumi_ivschat", text)
    return text


if __name__ == "__main__":
    for target, text in copies().items():
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)
        if text.startswith("#!"):
            target.chmod(0o755)

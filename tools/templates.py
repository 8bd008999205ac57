"""
Write the files of `templates/` that the examples and the documentation have: `make templates`.

A template is a folder that `pulumi new` copies, so it cannot refer to a file outside of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[1]
TEMPLATES: Final = ROOT / "templates"
EXAMPLES: Final = ROOT / "examples"
_GITOPS: Final = EXAMPLES / "gitops"
_PAGE: Final = ROOT / "docs" / "test-your-back-end.md"


def copies() -> dict[Path, str]:
    """Return the text of each file in `templates/` that is a copy."""
    return {
        TEMPLATES / "rooms-python" / "__main__.py": (EXAMPLES / "quickstart" / "__main__.py").read_text(),
        TEMPLATES / "rooms-yaml" / "Pulumi.yaml": _rooms_in_yaml(),
        TEMPLATES / "token-back-end" / "__main__.py": (EXAMPLES / "token_backend" / "__main__.py").read_text(),
        **{TEMPLATES / "token-back-end" / name: _in_page(name) for name in ("app.py", "test_app.py")},
        **{TEMPLATES / "gitops" / path.relative_to(_GITOPS): _of_gitops(path) for path in _gitops()},
    }


def _rooms_in_yaml() -> str:
    """Return the template's own head, and the example's resources below it."""
    head, _, _ = (TEMPLATES / "rooms-yaml" / "Pulumi.yaml").read_text().partition("resources:\n")
    _, title, resources = (EXAMPLES / "quickstart-yaml" / "Pulumi.yaml").read_text().partition("resources:\n")
    return head + title + resources


def _in_page(name: str) -> str:
    """Return a file that the page shows, perhaps in several parts."""
    parts = re.findall(rf"```python\n# {re.escape(name)}\n(.*?)```", _PAGE.read_text(), re.DOTALL)
    return "\n\n".join(parts)


def _gitops() -> Iterator[Path]:
    """Yield the example's files, without its project file and stacks of this checkout."""
    for path in sorted(_GITOPS.rglob("*")):
        is_kept = not path.match("Pulumi*.yaml") or path.name in {"Pulumi.dev.yaml", "Pulumi.prod.yaml"}
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

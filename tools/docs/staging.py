"""
The folder that Sphinx reads: the pages of docs/, the examples' READMEs and the generated reference, with links that fit.

In the repository, a page links to files as GitHub shows them: `../examples/gitops/README.md`. On the site, pages of docs/ are at the
top and each example is a page of `examples/`. A file that is not a page is copied, for download.
"""

from __future__ import annotations

import posixpath
import re
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from tools.docs.plots import with_plots
from tools.docs.search_words import with_search_words

ROOT: Final = Path(__file__).parents[2]
_LINK: Final = re.compile(r"(?<=\]\()([^)\s#:]+)(#[^)\s]*)?(?=\))")
_AT_THE_ROOT: Final = ("CHANGELOG.md", "CONTRIBUTING.md", "README.md", "SECURITY.md")
_TEMPLATES: Final = {"templates/README.md": "templates.md"}
_OF_THE_REGISTRY: Final = frozenset({"_index.md", "installation-configuration.md"})
_NOT_SEARCHED: Final = "---\nnosearch: true\n---\n"
"""Of pages whose words other pages have too, or that nobody looks for."""


def pages() -> dict[str, str]:
    """Return the pages of the site that the repository has: their paths in the repository, and on the site."""
    found = {
        f"docs/{file.name}": file.name for file in sorted(ROOT.glob("docs/*.md")) if file.name not in _OF_THE_REGISTRY
    }
    examples = sorted(ROOT.glob("examples/*/README.md"))
    found.update((file.relative_to(ROOT).as_posix(), f"examples/{file.parent.name}.md") for file in examples)
    return {**found, **_TEMPLATES, **{name: name.lower() for name in _AT_THE_ROOT}}


def stage(target: Path, generated: Mapping[str, str]) -> None:
    """Write the site's sources to *target*, which is emptied first; *generated* are texts by paths on the site."""
    shutil.rmtree(target, ignore_errors=True)
    for source, path in pages().items():
        text = (ROOT / source).read_text(encoding="utf-8")
        front = _NOT_SEARCHED if source in _AT_THE_ROOT else ""
        on_the_site = with_links_of_the_site(with_plots(text), source, target)
        _write(target / path, front + with_search_words(on_the_site, path))
    for path, text in generated.items():
        _write(target / path, with_search_words(text, path))
    for file in _other_files():
        shutil.copytree(file, target / file.name) if file.is_dir() else shutil.copy(file, target)


def _other_files() -> Iterator[Path]:
    yield from (
        file for file in ROOT.glob("docs/*") if file.suffix not in {".md", ".py"} and file.name != "__pycache__"
    )


def _write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")


def with_links_of_the_site(text: str, source: str, target: Path) -> str:
    """Return a page of the repository with links that fit on the site; files that they lead to are copied to *target*."""
    here = posixpath.dirname(pages()[source])

    def rewritten(link: re.Match[str]) -> str:
        linked = posixpath.normpath(posixpath.join(posixpath.dirname(source), link[1]))
        return posixpath.relpath(_on_the_site(linked, target), here or ".") + (link[2] or "")

    return _LINK.sub(rewritten, text)


def _on_the_site(linked: str, target: Path) -> str:
    """Return where the site has a file of the repository; copy it there if it is not a page."""
    found = pages()
    if page := found.get(linked) or found.get(f"{linked}/README.md"):
        return page
    if linked.startswith("docs/"):
        return linked.removeprefix("docs/")
    copy = target / "files" / linked
    if not copy.exists():
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / linked, copy)
    return f"files/{linked}"

"""The documentation site: its contents, its links, and its build."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest

from tests.clients.messaging.runtime import program
from tests.project.search_queries import FIRST, THREADS, UNTUNED
from tools.docs import generated, screenshots, staging
from tools.docs.search_words import with_search_words

ROOT = Path(__file__).parents[2]
PYTHON = ROOT / ".venv-docs" / "bin" / "python"


def test_every_page_is_in_one_table_of_contents(tmp_path: Path) -> None:
    staging.stage(tmp_path, generated.pages())
    pages = {file.relative_to(tmp_path).with_suffix("").as_posix() for file in tmp_path.rglob("*.md")}
    listed = [
        page.relative_to(tmp_path).with_suffix("").as_posix()
        for file in tmp_path.rglob("*.md")
        for block in re.findall(r"^```\{toctree\}\n(.*?)^```", file.read_text(), re.MULTILINE | re.DOTALL)
        for entry in re.findall(r"^(?:[^:\n].*<)?([\w/*-]+)>?$", block, re.MULTILINE)
        for page in file.parent.glob(f"{entry}.md")
    ]

    assert sorted(listed) == sorted(pages - {"index"} - {each for each in pages if each.startswith("files/")})


def test_the_kinds_of_pages_are_the_four_and_the_project() -> None:
    [contents] = re.findall(r"```\{toctree\}\n:hidden:\n\n(.*?)```", (ROOT / "docs/index.md").read_text(), re.DOTALL)

    assert contents.split() == ["tutorials", "how-to", "reference", "explanation", "project"]


@pytest.mark.parametrize(
    ("link", "on_the_site"),
    [
        ("operations.md#drift", "operations.md#drift"),
        ("../examples/fleet/README.md", "examples/fleet.md"),
        ("../examples/fleet", "examples/fleet.md"),
        ("../CONTRIBUTING.md", "contributing.md"),
        ("drift.schema.json", "drift.schema.json"),
        ("https://example.com/x.md", "https://example.com/x.md"),
        ("#import", "#import"),
        ("../Makefile", "files/Makefile"),
    ],
)
def test_a_link_of_the_repository_becomes_one_of_the_site(link: str, on_the_site: str, tmp_path: Path) -> None:
    assert staging.with_links_of_the_site(f"[x]({link})", "docs/gitops.md", tmp_path) == f"[x]({on_the_site})"
    assert not on_the_site.startswith("files/") or (tmp_path / on_the_site).exists()


def test_a_heading_gets_the_words_that_people_search_for() -> None:
    page = with_search_words("# Refreshing many rooms\n\nText\n", "read-ahead.md")

    assert page.startswith(
        "# Refreshing many rooms\n\n```{index} ! refresh, ! slow refresh, ! readahead\n```\n\nText\n"
    )
    assert ":keywords: readahead, refresh, slow\n" in page


def test_a_heading_that_is_no_longer_there_is_an_error_that_names_it() -> None:
    with pytest.raises(ValueError, match=r"read-ahead\.md has no heading 'Refreshing many rooms'"):
        with_search_words("# Reading\n", "read-ahead.md")


class Links(HTMLParser):
    """The links of a page, and the anchors that it has."""

    def __init__(self) -> None:
        super().__init__()
        self.hrefs: list[str] = []
        self.anchors: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep the links and anchors of an element."""
        del tag
        for name, value in attrs:
            if value and name in {"href", "src"}:
                self.hrefs.append(value)
            elif value and name == "id":
                self.anchors.add(value)


def links(page: Path) -> Links:
    found = Links()
    found.feed(page.read_text())
    return found


def broken(site: Path) -> Iterator[str]:
    """Yield the links of a site that lead nowhere in it."""
    pages = {page.resolve(): links(page) for page in site.rglob("*.html") if "_static" not in page.parts}
    for page, found in pages.items():
        for href in found.hrefs:
            url = urlsplit(href)
            if not url.scheme:
                file = (page.parent / unquote(url.path)).resolve() if url.path else page
                anchors = pages[file].anchors if file in pages else set()
                if not file.is_file() or (url.fragment and file in pages and unquote(url.fragment) not in anchors):
                    yield f"{page.relative_to(site)}: {href}"


NEEDS_SPHINX = pytest.mark.skipif(sys.version_info < (3, 11), reason="Sphinx needs Python 3.11")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of the site, built without a warning."""
    if not PYTHON.exists():
        pytest.fail("Sphinx is missing: make test-setup")
    target = tmp_path_factory.mktemp("site") / "html"
    ran = subprocess.run(
        [PYTHON, "-m", "tools.docs.site", target], cwd=ROOT, capture_output=True, text=True, check=False, timeout=120
    )
    assert ran.returncode == 0, ran.stderr
    return target.resolve()


@pytest.mark.long
@pytest.mark.xdist_group("site")
@NEEDS_SPHINX
def test_the_site_is_built_without_a_warning_and_each_link_leads_somewhere(site: Path) -> None:
    assert list(broken(site)) == []


@pytest.fixture(scope="module")
def browsed(site: Path) -> dict[str, Any]:
    """Return what a browser saw of the site."""
    pages = [page.relative_to(site).as_posix() for page in site.rglob("*.html") if "_static" not in page.parts]
    command = [
        "node",
        str(ROOT / "tests/project/site.mjs"),
        str(ROOT / "tests/clients"),
        program("chromium"),
        str(site),
    ]
    ran = subprocess.run(
        command,
        input=json.dumps({"pages": sorted(pages), "queries": [*FIRST, *UNTUNED]}),
        capture_output=True,
        text=True,
        check=True,
    )
    seen: dict[str, Any] = json.loads(ran.stdout)
    return seen


@pytest.mark.long
@pytest.mark.xdist_group("site")
@NEEDS_SPHINX
def test_no_page_is_wider_than_a_phone_or_reports_an_error(browsed: dict[str, Any]) -> None:
    assert (browsed["wide"], browsed["problems"]) == ([], [])


@pytest.mark.parametrize(("thread", "query"), THREADS)
def test_the_page_answers_what_somebody_asked(thread: str, query: str) -> None:
    found = THREADS[thread, query]

    assert found.answer in (ROOT / "docs" / f"{found.page}.md").read_text(encoding="utf-8")


@pytest.mark.long
@pytest.mark.xdist_group("site")
@NEEDS_SPHINX
@pytest.mark.parametrize("query", FIRST)
def test_the_search_finds_the_page(browsed: dict[str, Any], query: str) -> None:
    assert browsed["found"][query][:1] == [f"{FIRST[query]}.html"]


@pytest.mark.long
@pytest.mark.xdist_group("site")
@NEEDS_SPHINX
@pytest.mark.parametrize("query", UNTUNED)
def test_the_search_was_not_tuned_to_the_queries_of_its_tests(browsed: dict[str, Any], query: str) -> None:
    assert f"{UNTUNED[query]}.html" in list(dict.fromkeys(browsed["found"][query]))[:2]


@pytest.mark.long
def test_the_pictures_are_taken_of_what_runs_here(tmp_path: Path) -> None:
    program("chromium")

    screenshots.take(tmp_path)

    assert all((tmp_path / name).read_bytes().startswith(b"\x89PNG") for name in ("chat.png", "console.png"))

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

    assert page == "# Refreshing many rooms\n\n```{index} ! refresh, ! slow refresh, ! readahead\n```\n\nText\n"


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
        input=json.dumps({"pages": sorted(pages), "queries": [*FOUND, *ASKED]}),
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


FOUND = {
    "drift": "operations",
    "assume role": "several-accounts",
    "ServiceQuotaExceeded": "reference/errors",
    "maximumMessageLength": "reference/room",
    "terraform": "moving-in",
    "TokenIssuer": "reference/python-runtime",
    "pending operations": "operations",
    "docker": "local-service",
    "mocks": "unit-tests",
    "deployer_policy": "reference/iam-policies",
    "refresh": "read-ahead",
    "pytest": "test-your-back-end",
}
"""Words that people search for, and the page that is found first."""

ASKED = {
    "import existing room": ("pulumi/pulumi#16175", "operations", "pulumi-ivschat import"),
    "expired credentials": ("pulumi/pulumi#4981", "operations", "The state has no credentials."),
    "reconnect": ("aws-samples/amazon-ivs-chat-for-android-demo#10", "chat-tokens", "a new token for each connection"),
    "ParsingError": ("aws-samples/amazon-ivs-chat-web-demo#11", "chat-tokens", "`ParsingError: expected object`"),
    "default tags": ("hashicorp/terraform-provider-aws#18311", "rooms", "a second `up` shows no change"),
    "rename resource": ("pulumi/pulumi#458", "operations", "another resource name, with `aliases`"),
    "interrupted update": ("pulumi/docs#1017", "operations", "a second one, in an `up`"),
    "secrets in state": ("pulumi/pulumi#8265", "gitops", "are encrypted in the state"),
    "rate limiting": ("pulumi/pulumi-aws#5939", "operations", "AWS accepts 5 calls a second"),
    "locked": ("pulumi/pulumi#9148", "gitops", "the stack is currently locked by 1 lock(s)"),
}
"""By what its author would search for: a thread of another project, the page that is found first, and words of its answer."""


def test_pages_answer_the_questions_that_people_asked() -> None:
    answers = [(page, answer) for _, page, answer in ASKED.values()]

    assert [
        each for each in answers if each[1] not in (ROOT / "docs" / f"{each[0]}.md").read_text(encoding="utf-8")
    ] == []


@pytest.mark.long
@pytest.mark.xdist_group("site")
@NEEDS_SPHINX
def test_the_search_finds_the_pages(browsed: dict[str, Any]) -> None:
    wanted = {**FOUND, **{query: page for query, (_, page, _) in ASKED.items()}}

    assert {query: browsed["found"][query][:1] for query in wanted} == {
        query: [f"{page}.html"] for query, page in wanted.items()
    }


@pytest.mark.long
def test_the_pictures_are_taken_of_what_runs_here(tmp_path: Path) -> None:
    program("chromium")

    screenshots.take(tmp_path)

    assert all((tmp_path / name).read_bytes().startswith(b"\x89PNG") for name in ("chat.png", "console.png"))

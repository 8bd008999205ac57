"""Every code block of the documents is what its language demands. The tests of its page run what only a run can judge."""

from __future__ import annotations

import json

import pytest

from tests.conftest import LocalService
from tests.project import code_blocks
from tests.project.code_blocks import Block

pytestmark = pytest.mark.xdist_group("code blocks")  # they share what the engine's CLI lists


def test_each_block_is_valid() -> None:
    assert [problem for each in code_blocks.blocks() for problem in code_blocks.problems(each)] == []


def test_the_service_accepts_the_faults_of_its_page(service: LocalService) -> None:
    lines = [
        json.loads(line)
        for each in code_blocks.blocks()
        if code_blocks.are_faults(each)
        for line in each.text.splitlines()
    ]

    for line in lines:
        service.fault(**line)

    assert [fault["operation"] for fault in service.faults()] == [line["operation"] for line in lines]


def found(language: str, text: str, page: str = "docs/rooms.md") -> str:
    """Return what is wrong with a block that a page might have."""
    return "\n".join(code_blocks.problems(Block(page, 1, language, text)))


@pytest.mark.parametrize(
    ("script", "problem"),
    [
        ("pulumi-ivschat rooms --jsn", "No such option"),
        ("echo x | pulumi-ivschat chatter lobby", "No such command"),
        ("timeout 60 sh -c 'until pulumi-ivschat local stats; do sleep 1; done'", "No such command"),
        ("ROOM=$(pulumi stack outputs lobby) true", "pulumi stack has no command outputs"),
        ('pulumi package add "$(pulumi-ivschat room)"', "No such command"),
        ("pulumi up --refresch >log 2>&1", "pulumi up has no option --refresch"),
        ("pulumi upp", "pulumi has no command upp"),
        ("pulumi config set ivschat:regon us-west-2", "unknown setting ivschat:regon"),
        ("make chekc", "no target chekc"),
        ("make verify ENDPIONT=aws", "no variable ENDPIONT"),
        ("aws ivschat list-room", "no operation list-room"),
        ("aws ivschat create-room --nam x", "no --nam"),
        ("pip install 'pulumi-ivschat[loc]'", "no extra loc"),
        ("python gone.py", "have gone.py"),
        ("uvicorn app:app --prot 8000", "No such option"),
        ("frobnicate", "no check for the program frobnicate"),
        ("if true; then", "syntax error"),
    ],
)
def test_a_command_that_does_not_exist_is_found(script: str, problem: str) -> None:
    assert problem in found("sh", script)
    assert problem in found("console", f"$ {script}\nwhat it prints\n")


@pytest.mark.parametrize(
    ("program", "problem"),
    [
        ("{type: 'ivschat:Rom'}", "no type ivschat:Rom"),
        ("{type: 'ivschat:Room', properties: {maximumMesageLength: 1}}", "maximumMesageLength"),
        ("{type: 'ivschat:Room', properties: {maximumMessageLength: long}}", "maximumMessageLength"),
        ("{type: 'ivschat:Room', properties: {messageReviewHandler: {url: x}}}", "url"),
        ("{type: 'ivschat:Room', options: {timeouts: 1}}", "no option timeouts"),
        ("{type: 'ivschat:Room', properties: {name: '${room.name}'}}", "nothing is called room"),
        ("{type: 'ivschat:Room', properties: {tags: {x: '${lobby.size}'}}}", "lobby has no output size"),
        ("{type: 'ivschat:Room', properties: {name: {'fn::invoke': {function: 'ivschat:getRom'}}}}", "no function"),
    ],
)
def test_a_name_that_the_schema_lacks_is_found(program: str, problem: str) -> None:
    assert problem in found("yaml", f"resources: {{lobby: {program}}}")


@pytest.mark.parametrize(
    ("language", "text", "problem"),
    [
        ("yaml", "a: b", "neither"),
        ("python", "from pulumi_ivschat import Rom", "no Rom"),
        ("python", "import pulumi_ivschat.runtimes", "no module"),
        ("py", "x = = 1", "invalid syntax"),
        ("js", "const = 1", "SyntaxError"),
        ("json", '{"operation": "GetRoom", "latency": 1}', "latency"),
        ("toml", "[tool.pulumi-ivschat.drift]\nignored = []", "ignored is not a setting"),
        ("typescript", "let x = 1;", "tests/sdk compiles"),
        ("ruby", "puts 1", "no check for the language 'ruby'"),
        ("", "a listing", "it has no language"),
    ],
)
def test_a_block_that_is_wrong_is_found(language: str, text: str, problem: str) -> None:
    assert problem in found(language, text, "README.md")


def test_steps_of_a_workflow_are_pinned_fit_their_schema_and_run_commands_that_exist() -> None:
    problems = found("yaml", "- run: pulumi upp\n- uses: actions/checkout@v4\n- rnu: make\n")

    assert all(words in problems for words in ("no command upp", "checkout@v4 is not pinned", "check_jsonschema"))


def test_a_block_in_a_list_is_listed_with_its_line() -> None:
    page = "1. First:\n\n   ```sh\n   true\n   ```\n\n```{toctree}\n```\n"

    assert code_blocks.blocks_of("a.md", page) == [Block("a.md", 3, "sh", "true\n")]

"""Which stack a command works on, and how it asks."""

from __future__ import annotations

import pytest

from tests.cli.conftest import Invoke, Project


@pytest.mark.parametrize(
    ("options", "stack"),
    [([], "test"), (["--stack", "prod"], "prod"), (["--stack", "acme/chat/prod"], "acme/chat/prod")],
)
def test_the_stack_is_the_selected_one_or_the_one_named(
    project: Project, invoke: Invoke, options: list[str], stack: str
) -> None:
    (project.directory / "acme" / "chat").mkdir(parents=True)
    project.state(stack=stack)

    assert invoke("recover", "--yes", *options).exit_code == 0

    assert f"stack export --show-secrets --stack {stack} --non-interactive" in (project.directory / "asked").read_text()


def test_the_project_may_be_elsewhere(project: Project, invoke: Invoke, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir("/")

    assert invoke("recover", "--yes", "--cwd", str(project.directory)).exit_code == 0


def test_where_nobody_is_there_to_answer_nothing_is_done(project: Project, invoke: Invoke) -> None:
    project.room("lobby")

    result = invoke("import", "--all", stdin="")

    assert (result.exit_code, project.imported()) == (1, [])
    assert (
        "stdin ended before an answer, so nothing was done. Pass --yes to continue without the question.\n"
        in result.stderr
    )


def test_no_and_ctrl_c_are_distinguished_by_the_exit_code(
    project: Project, invoke: Invoke, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.room("lobby")
    assert invoke("import", "--all", stdin="n\n").exit_code == 1

    def interrupted(_: str) -> str:
        raise KeyboardInterrupt

    monkeypatch.setattr("click.testing._NamedTextIOWrapper.readline", interrupted, raising=False)

    assert invoke("import", "--all", stdin="y\n").exit_code == 130
    assert project.imported() == []

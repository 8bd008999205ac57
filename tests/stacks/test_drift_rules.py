"""Rules that ignore findings: where they stand, and what is not one."""

from __future__ import annotations

from pathlib import Path

import pytest

from pulumi_ivschat.errors import SettingsError
from pulumi_ivschat.stacks import drift_rules


def test_rules_are_in_the_nearest_pyproject(tmp_path: Path) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "pyproject.toml").write_text('[tool.pulumi-ivschat.drift]\nignore = ["unmanaged:*"]\n')

    assert drift_rules.of_project(tmp_path / "a" / "b") == ["unmanaged:*"]

    (tmp_path / "a" / "pyproject.toml").write_text("[project]\nname = 'x'\n")
    assert drift_rules.of_project(tmp_path / "a" / "b") == []


def test_rules_stand_one_to_a_line_with_comments(tmp_path: Path) -> None:
    file = tmp_path / "rules"
    file.write_text("# ours\nunmanaged:*  # by hand\n\n  changed:chat/prod/a#b.tags.x\n")

    assert drift_rules.of_file(file) == ["unmanaged:*", "changed:chat/prod/a#b.tags.x"]


def test_a_file_that_is_not_text_is_reported(tmp_path: Path) -> None:
    for name in ("rules", "pyproject.toml"):
        (tmp_path / name).write_bytes(b"\xff")

    with pytest.raises(SettingsError, match="rules is not UTF-8"):
        drift_rules.of_file(tmp_path / "rules")
    with pytest.raises(SettingsError, match=r"pyproject.toml is not UTF-8"):
        drift_rules.of_project(tmp_path)


@pytest.mark.parametrize("rule", ["lobby", "changed", "changed:", "gone:x", "", ":x"])
def test_what_is_not_a_rule_is_reported(rule: str) -> None:
    with pytest.raises(SettingsError, match=r"--ignore: \[.*\] is not a rule: a rule begins with changed:, missing:"):
        drift_rules.given(["stale:*", rule])


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("[tool.pulumi-ivschat.drift]\nignore = 'unmanaged:*'\n", "is not a rule"),
        ("[tool.pulumi-ivschat.drift]\nignore = [1]\n", "is not a rule"),
        ("[tool.pulumi-ivschat.drift]\nignroe = []\n", "ignroe is not a setting; the setting is ignore"),
        ("[tool]\npulumi-ivschat = 1\n", "tool.pulumi-ivschat must be a table"),
        ("[tool\n", "is not TOML"),
    ],
)
def test_a_project_file_that_is_wrong_is_reported_with_its_path(tmp_path: Path, text: str, shown: str) -> None:
    (tmp_path / "pyproject.toml").write_text(text)

    with pytest.raises(SettingsError, match=f"pyproject.toml.*{shown}"):
        drift_rules.of_project(tmp_path)

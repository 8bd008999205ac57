"""The owner tag: what it holds, and whom it names."""

from __future__ import annotations

import pytest

from pulumi_ivschat.model.owner_tag import Owner, owner_tag, stack_of
from pulumi_ivschat.model.service_model import shape
from pulumi_ivschat.model.validation import failures


def test_the_owner_tag_names_project_stack_and_resource() -> None:
    assert owner_tag("chat", "prod", "lobby") == "chat/prod/lobby"


@pytest.mark.parametrize("name", ["lobby#1", "*", "x" * 300, "größe 😀", "a\nb"])
def test_the_owner_tags_value_is_one_that_aws_takes(name: str) -> None:
    assert list(failures(shape("TagValue"), owner_tag("chat", "prod", name))) == []


@pytest.mark.parametrize(
    ("owner", "stack"),
    [
        ("chat/prod/lobby", "chat/prod"),
        ("chat/prod/group/lobby", "chat/prod"),
        ("chat/prod/", "chat/prod"),
        ("chat/prod", ""),
        ("somebody", ""),
        ("", ""),
        (None, ""),
    ],
)
def test_an_owner_tag_shows_the_stack(owner: str | None, stack: str) -> None:
    assert stack_of(owner) == stack


@pytest.mark.parametrize(
    ("value", "owner"),
    [
        ("chat/prod/lobby", Owner("chat", "prod", "lobby")),
        ("chat/prod/a/b", Owner("chat", "prod", "a/b")),
        ("somebody", None),
        (None, None),
    ],
)
def test_an_owner_is_read_from_what_this_package_wrote(value: str | None, owner: Owner | None) -> None:
    assert Owner.parse(value) == owner

"""TagSet: its arguments beside what its life checks."""

from __future__ import annotations

import inspect

from pulumi_ivschat.lifecycle import tag_set
from pulumi_ivschat.model.service_model import snake_case
from pulumi_ivschat.program.tag_set import TagSet, TagSetArgs


def test_the_arguments_are_those_that_are_checked() -> None:
    checked = {snake_case(member) for member in tag_set.INPUTS.members}

    assert set(TagSetArgs.__annotations__) == checked
    assert set(inspect.get_annotations(TagSet)) == {*checked, "tags_all"}


def test_the_type_in_peoples_state_never_changes() -> None:
    assert TagSet._resource_type_name == "dynamic/ivschat:TagSet"  # noqa: SLF001

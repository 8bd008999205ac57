"""Which values are secrets."""

from __future__ import annotations

from pulumi_ivschat.model.owner_tag import OWNER_TAG
from pulumi_ivschat.model.secret_paths import of_inputs, of_outputs


def test_a_secret_default_tag_is_secret_where_no_tag_of_the_resource_hides_it() -> None:
    inputs = {"tags": {"a": "1", "b": "2"}}

    assert of_inputs((), inputs, {"b": "2"}, {"a", "b"}) == {("tags", "a")}


def test_all_tags_repeat_the_secrets_of_the_own_ones_and_hide_other_peoples() -> None:
    outputs = {"tags": {"a": "1", "b": "2"}, "tags_all": {"a": "1", "b": "2", "theirs": "3", OWNER_TAG: "p/s/r"}}

    found = of_outputs({("tags", "a")}, outputs)

    assert found == {("tags", "a"), ("tags_all", "a"), ("tags_all", "theirs")}


def test_tags_that_are_secret_as_a_whole_are_so_in_all_tags() -> None:
    outputs = {"tags": {"a": "1"}, "tags_all": {"a": "1"}}

    assert of_outputs({("tags",)}, outputs) == {("tags",), ("tags_all", "a")}

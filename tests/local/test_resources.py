"""A resource of the store alone."""

from __future__ import annotations

import pytest

from pulumi_ivschat.local.resources import resource


def test_the_same_text_is_the_same_resource_and_another_text_is_another_one() -> None:
    texts = ['{"name":"a"}', '{"name":"b"}', '{"name":"a"}']

    first, changed, again = map(resource, texts)

    assert again is first
    assert [dict(first), dict(changed)] == [{"name": "a"}, {"name": "b"}]
    assert changed.answers is not first.answers


@pytest.mark.parametrize("text", ["{", None])
def test_a_text_that_is_not_json_is_an_error_each_time(text: str) -> None:
    for _ in range(2):
        with pytest.raises((ValueError, TypeError)):
            resource(text)

"""Messages of the engine: names that a stack has, and what is secret in them."""

from __future__ import annotations

from pulumi_ivschat.operations.operation import Operation
from pulumi_ivschat.plugin.messages import kind_of, secret_defaults_in
from pulumi_ivschat.plugin.values import Plain

TAGS = {"team": "chat", "owner": "x"}


def test_default_tags_are_secret_one_by_one_or_as_a_whole() -> None:
    operation = Operation.begin({"ivschat:defaultTags": TAGS})
    given = {"defaultTags": TAGS}

    assert secret_defaults_in(Plain(given, frozenset()), operation) == set()
    assert secret_defaults_in(Plain(given, frozenset({("defaultTags", "team")})), operation) == {"team"}
    assert secret_defaults_in(Plain(given, frozenset({("defaultTags",)})), operation) == TAGS.keys()


def test_a_difference_is_some_or_none() -> None:
    assert kind_of(changed=True) != kind_of(changed=False)

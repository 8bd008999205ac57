"""Properties as Pulumi hands them over, and as lifecycles take them."""

from __future__ import annotations

from typing import Any

from pulumi.output import Unknown

from pulumi_ivschat.model.properties import PROVIDER_KEY, known, with_unknowns
from pulumi_ivschat.model.validation import UNKNOWN

SOMETHING: Any = Unknown  # the SDK leaves its constructor untyped


def test_unknowns_are_ours_at_every_depth() -> None:
    given = {"tags": {"a": SOMETHING(), "b": "1"}, "destinations": [{"s3": SOMETHING()}], "name": SOMETHING()}

    assert known(given) == {"tags": {"a": UNKNOWN, "b": "1"}, "destinations": [{"s3": UNKNOWN}], "name": UNKNOWN}


def test_unknowns_are_pulumis_again() -> None:
    again = with_unknowns({"tags": {"a": UNKNOWN, "b": "1"}, "names": [UNKNOWN, "x"]})

    assert isinstance(again["tags"].pop("a"), Unknown)
    assert isinstance(again["names"].pop(0), Unknown)
    assert again == {"tags": {"b": "1"}, "names": ["x"]}


def test_the_provider_is_not_a_property() -> None:
    assert known({PROVIDER_KEY: "pickle", "name": "lobby"}) == {"name": "lobby"}

"""What is left of texts of an account."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from verify.endpoint import of_aws
from verify.redaction import Identities, redacted
from verify.run import Options, Run

RUN = Identities({"ivschat-verify-abcd": "<run>", "/jane/chat": "<log group>"})
IDS = st.text("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", min_size=12, max_size=12)
ARNS = IDS.map("arn:aws:ivschat:us-west-2:123456789012:room/{}".format)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Resource arn:aws:ivschat:us-west-2:123456789012:room/AbCdEfGhIjK1 is gone", "Resource <arn> is gone"),
        ("User: arn:aws:sts::123456789012:assumed-role/Admin/jane,doe@acme.com is not", "User: <arn> is not"),
        ("(arn:aws:ivschat:us-west-2:123456789012:room/AbCdEfGhIjK1).", "(<arn>)."),
        ("principal AROAEXAMPLEEXAMPLEXYZ:jane.doe@acme.com.", "principal <principal>."),
        ("AIDAEXAMPLEEXAMPLEXYZ may not", "<principal> may not"),
        ("log group /jane/chat is gone", "log group <log group> is gone"),
        ("User 123456789012 may not", "User <account> may not"),
        ("key AKIAIOSFODNN7EXAMPLE", "key <access key>"),
        ("id AbCdEfGhIjK1", "id <id>"),
        ("request 12345678-1234-1234-1234-123456789abc", "request <request>"),
        ("at 2024-01-31T16:22:35Z", "at <time>"),
        ("ivschat-verify-abcd-room-1", "<run>-room-1"),
        ("aQ" * 40, "<token>"),
        ("DELETE_MESSAGE", "DELETE_MESSAGE"),
        ("maximumMessageRatePerSecond", "maximumMessageRatePerSecond"),
    ],
)
def test_a_text_loses_what_is_of_the_account(text: str, left: str) -> None:
    assert redacted(text, RUN) == left


def test_values_are_redacted_inside_lists_and_maps() -> None:
    assert redacted({"AbCdEfGhIjK1": ["123456789012", 5, None]}, RUN) == {"<id>": ["<account>", 5, None]}


@given(st.lists(IDS, min_size=1), st.lists(ARNS), st.sampled_from(["id", "Id", "resourceId", "MessageID"]))
def test_ids_that_a_run_saw_are_gone_from_each_text(ids: list[str], arns: list[str], member: str) -> None:
    identities = Identities()
    identities.see({"rooms": [{member: each} for each in ids], "identifiers": [{"arn": each} for each in arns]})

    for known in (*ids, *(arn.rpartition("/")[2] for arn in arns)):
        left = redacted({known: f"Room {known} is gone: '{known}', room/{known}."}, identities)
        assert known not in str(left)


def test_the_names_of_the_person_are_gone() -> None:
    options = Options(
        review_function="arn:aws:lambda:us-west-2:123456789012:function:janes", log_groups=("/jane/chat",)
    )
    run = Run(of_aws("us-west-2", "jane"), options)

    assert run.redacted("profile jane, group /jane/chat, function janes") == (
        "profile <profile>, group <log group>, function <function>"
    )

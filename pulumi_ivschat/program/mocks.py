"""
Pulumi's mocks in a unit test of a program: lookups and tokens ask `Mocks.call`, and no endpoint.

`args.token` is `ivschat:index:getRoom` and so on, `args.args` are the function's arguments, in snake_case and without those
that are None. The answer is a dict of the result's members.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, Final

import pulumi
from pulumi.runtime.mocks import MockMonitor
from pulumi.runtime.settings import get_monitor

from pulumi_ivschat.errors import SettingsError
from pulumi_ivschat.model import arns
from pulumi_ivschat.program.stack_settings import stack_settings


def in_use() -> bool:
    """Return whether the program runs under `pulumi.runtime.set_mocks`."""
    return isinstance(get_monitor(), MockMonitor)


def region_of(arn: str) -> str:
    """Return the region in an ARN; for the id of a mock, which need not be an ARN, the stack's region."""
    try:
        return arns.region_of(arn)
    except SettingsError:
        return stack_settings().region or ""


def call(
    function: str, arguments: Mapping[str, Any], *, members: Collection[str], required: Collection[str]
) -> dict[str, Any]:
    """Ask `Mocks.call` and return its answer; raise SettingsError if that is unusable: see `check_answer`."""
    given = {name: value for name, value in arguments.items() if value is not None}
    answer: Any = pulumi.runtime.invoke(f"{_TOKENS}{function}", given).value
    check_answer(function, answer, members=members, required=required)
    return {**answer}


def check_answer(function: str, answer: Any, *, members: Collection[str], required: Collection[str]) -> None:
    """Raise SettingsError if the answer has none of the *members*, has others, or lacks one that is *required*."""
    if problem := _problem(answer, members, required):
        msg = f"Mocks.call returned no usable answer for {_TOKENS}{function}: {problem}"
        raise SettingsError(msg, remedy=f"Return a dict with {', '.join(members)}.")


def _problem(answer: Any, members: Collection[str], required: Collection[str]) -> str:
    if not answer or not isinstance(answer, Mapping):
        return "it is empty" if not answer else "it is not a dict"
    unknown = [f"{name} is unknown" for name in answer if name not in members]
    return ", ".join(unknown or [f"{name} is missing" for name in required if answer.get(name) is None])


_TOKENS: Final = "ivschat:index:"

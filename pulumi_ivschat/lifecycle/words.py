"""How people write what errors name: in Python, or in a language that the native plug-in serves."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import attrs

from pulumi_ivschat.model.service_model import snake_case
from pulumi_ivschat.model.validation import Naming


@attrs.frozen
class Words:
    """
    The spelling of names and advice in errors.

    Attributes:
        named: returns the name of a property, such as `maximumMessageLength` in the API, as people write it.
        timeout: the time limit of a logging configuration.
        overwrite: the input of a tag set that takes over keys.
        deployer_policy: the policy document that allows logging configurations.
    """

    named: Callable[[str], str]
    timeout: str
    overwrite: str
    deployer_policy: str

    @property
    def names(self) -> Naming:
        """The names of members: snake_case in what a lifecycle takes, and as people write them in errors."""
        return Naming(snake_case, self.named)


PYTHON: Final = Words(
    named=snake_case,
    timeout="timeout_seconds",
    overwrite="overwrite=True",
    deployer_policy="pulumi_ivschat.iam.deployer_policy(logging_configurations=True)",
)

NATIVE: Final = Words(
    named=str,
    timeout="customTimeouts",
    overwrite="overwrite: true",
    deployer_policy="the function deployerPolicy with loggingConfigurations: true",
)
"""The words of the native plug-in: the API's own casing, which its languages share."""

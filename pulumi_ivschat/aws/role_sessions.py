"""Sessions whose credentials are those of a role that the stack names (`ivschat:assumeRole`)."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any, Final

import attrs

from pulumi_ivschat.errors import CredentialsError

if TYPE_CHECKING:
    from botocore.session import Session

    from pulumi_ivschat.settings import AssumeRole


def role_session(source: Session, role: AssumeRole, region: str, profile: str | None) -> Session:
    """
    Return a session of botocore whose credentials are those of a role, which *source* assumes at the first call.

    botocore renews them some minutes before they expire. All else is that of the *profile*, as its endpoint and its certificates.
    Raises CredentialsError if *source* has none.
    """
    from botocore.credentials import (  # noqa: PLC0415  loaded by now
        AssumeRoleCredentialFetcher,
        CredentialResolver,
        DeferredRefreshableCredentials,
    )
    from botocore.session import Session  # noqa: PLC0415

    if (found := source.get_credentials()) is None:
        msg = f"there are no credentials to assume the role of ivschat:assumeRole with, {role.role_arn}"
        raise CredentialsError(msg)
    arguments = {
        "RoleSessionName": role.session_name,
        "DurationSeconds": role.duration_seconds,
        **({"ExternalId": role.external_id} if role.external_id else {}),
    }
    fetcher = AssumeRoleCredentialFetcher(
        functools.partial(source.create_client, region_name=region), found, role.role_arn, arguments
    )
    credentials = DeferredRefreshableCredentials(fetcher.fetch_credentials, _ASSUME_ROLE)
    session = Session(profile=profile)
    provider: Any = _Given(credentials)  # a provider by its methods
    session.register_component("credential_provider", CredentialResolver([provider]))
    return session


_ASSUME_ROLE: Final = "assume-role"


@attrs.frozen
class _Given:
    """A provider of botocore's chain that has its credentials already."""

    credentials: Any = attrs.field(repr=False)
    METHOD = _ASSUME_ROLE
    CANONICAL_NAME = None

    def load(self) -> Any:
        """Return them."""
        return self.credentials

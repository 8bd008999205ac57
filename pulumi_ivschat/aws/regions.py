"""The region of calls and resources that do not name one."""

from __future__ import annotations

import os

from pulumi_ivschat.aws.error_translation import Origin, of_configuration
from pulumi_ivschat.errors import SettingsError
from pulumi_ivschat.settings import REGION_FORM, Settings


def resolved_region(settings: Settings) -> str | None:
    """
    Return the region: the stack's, else that of AWS's own chain (environment, then profile), else None.

    Raises SettingsError, with the variable or profile, for a value that is not a region, and for a file that cannot be read.
    """
    return settings.region or _region_of_chain(settings.connection.profile)


def _region_of_chain(profile: str | None) -> str | None:
    origin = Origin(profile)
    region, source = os.environ.get("AWS_REGION"), "AWS_REGION"
    if not region and "AWS_DEFAULT_REGION" in os.environ:
        region, source = os.environ["AWS_DEFAULT_REGION"], "AWS_DEFAULT_REGION"
    elif not region:
        region, source = _region_of_profile(origin), f"region of profile {origin.profile_name}"
    if region and not REGION_FORM.fullmatch(region):
        msg = f"{source} must be a region such as us-west-2; it is {region!r}"
        raise SettingsError(msg, remedy="Correct it, or run `pulumi config set ivschat:region us-west-2`.")
    return region or None


def _region_of_profile(origin: Origin) -> str | None:
    from botocore.exceptions import BotoCoreError, ProfileNotFound  # noqa: PLC0415  a preview that knows its region loads no SDK
    from botocore.session import Session  # noqa: PLC0415

    try:
        region: str | None = Session(profile=origin.profile).get_config_variable("region")
    except ProfileNotFound:
        return None
    except (BotoCoreError, OSError, ValueError) as error:
        raise of_configuration(error, origin) from None
    return region

"""
The stack configuration, `ivschat:…`, checked.

| key                  | meaning                                                            | default                    |
| -------------------- | ------------------------------------------------------------------ | -------------------------- |
| region               | AWS region of resources and lookups that have no region themselves | aws:region, then AWS's own |
| profile              | profile of AWS's shared configuration                              | AWS's chain                |
| assumeRole           | JSON object: a role that calls are made with, by its roleArn       | none                       |
| endpointUrl          | another control plane: a URL, or `local` (the embedded service)    | AWS                        |
| maxAttempts          | attempts per call, the first included (1 to 20)                    | 5                          |
| retryMode            | how calls are retried: standard, or adaptive with a limited rate   | standard                   |
| appName              | a name for the user agent, so that CloudTrail shows who called     | pulumi-ivschat             |
| defaultTags          | JSON object: tags for everything taggable, below a resource's own  | none                       |
| ownerTag             | whether resources get the tag `pulumi-ivschat:owner`               | true                       |
| rates                | JSON object: calls a second by operation, if not AWS's           | AWS's quotas, towards AWS  |
| readAhead            | whether many rooms are read from pages of ListRooms                | true                       |
| skipRegionValidation | accept regions that are not known to have IVS Chat                 | false                      |
"""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any, Final
from urllib.parse import urlsplit

import attrs

from pulumi_ivschat.errors import SettingsError
from pulumi_ivschat.model import service_model, validation

NAMESPACE: Final = "ivschat:"
LOCAL: Final = "local"
_RATE: Final = r"(?a)(?=.*[1-9])\d{1,6}(\.\d+)?"
REGION_FORM: Final = re.compile(r"[a-z]{2,}(-[a-z]+)+-[0-9]+")


@attrs.frozen
class AssumeRole:
    """A role of IAM that calls are made with; its credentials last *duration_seconds*, and are renewed before that."""

    role_arn: str
    session_name: str = "pulumi-ivschat"
    external_id: str | None = None
    duration_seconds: int = 3600


@attrs.frozen
class Connection:
    """
    What a client is made from, region aside.

    Attempts are counted with the first one in, and without those that AWS refused for coming too fast. *rates* are calls a
    second by operation; for those omitted there are AWS's quotas, and towards another endpoint none.
    """

    profile: str | None = None
    endpoint_url: str | None = None
    max_attempts: int = 5
    retry_mode: str = "standard"
    app_name: str = "pulumi-ivschat"
    rates: tuple[tuple[str, float], ...] = ()
    assume_role: AssumeRole | None = None


@attrs.frozen
class Settings:
    """A stack's settings for this package."""

    region: str | None = None
    connection: Connection = Connection()
    default_tags: Mapping[str, str] = attrs.field(factory=dict)
    owner_tag: bool = True
    read_ahead: bool = True
    skip_region_validation: bool = False


def from_config(config: Mapping[str, Any]) -> Settings:
    """
    Read the settings out of a stack's configuration (`ivschat:region` … → string, or JSON text).

    Raises SettingsError that names every unknown key and bad value at once.
    """
    keys = [key for key, value in config.items() if key.startswith(NAMESPACE) and value is not None]
    given = {key.removeprefix(NAMESPACE): config[key] for key in keys}
    problems = [_unknown_setting(key) for key in given if key not in _READERS]
    values: dict[str, Any] = {}
    for key, read in _READERS.items():
        if key in given:
            try:
                values[key] = read(given[key])
            except ValueError as error:
                problems.append(f"{NAMESPACE}{key} {error}")
    if values.get("endpointUrl") == LOCAL and values.get("assumeRole"):
        problems.append(
            f"{NAMESPACE}assumeRole does not work with {NAMESPACE}endpointUrl local, which needs no credentials"
        )
    if "region" in values and not values.get("skipRegionValidation"):
        problems += [f"{NAMESPACE}region {problem}" for problem in unknown_region(values["region"])]
    if problems:
        remedy = f"The settings are {', '.join(NAMESPACE + key for key in _READERS)}. Use `pulumi config set` or `rm`."
        raise SettingsError("; ".join(problems), remedy=remedy)
    return _settings(values, config.get("aws:region"))


def stack_keys(inputs: Mapping[str, Any]) -> dict[str, Any]:
    """Return a provider's inputs by the keys that a stack has; the engine's own members are not settings."""
    own = {"version", "pluginDownloadURL"}
    return {f"{NAMESPACE}{key}": value for key, value in inputs.items() if key not in own and not key.startswith("__")}


def unknown_region(region: str) -> Iterator[str]:
    """Return the problem with a region that neither this package nor the installed botocore knows for IVS Chat."""
    if region in service_model.REGIONS or region in (known := service_model.botocore_regions()):
        return
    yield (
        f"{region} is not a region of IVS Chat{_did_you_mean(region, known)}; its regions are {', '.join(known)}. "
        f"If it is newer than the installed botocore, `pulumi config set {NAMESPACE}skipRegionValidation true`"
    )


def _unknown_setting(key: str) -> str:
    suggestion = _did_you_mean(key, _READERS, prefix=NAMESPACE)
    return f"unknown setting {NAMESPACE}{key}{suggestion}: remove it with `pulumi config rm {NAMESPACE}{key}`"


def _did_you_mean(given: str, known: Collection[str], prefix: str = "") -> str:
    """Return the question that names the most similar of the *known* names; "" if none is similar."""
    import difflib  # noqa: PLC0415  only an error needs it

    by_lower = {name.lower(): name for name in known}
    for name in difflib.get_close_matches(given.lower(), by_lower, n=1):
        return f" (did you mean {prefix}{by_lower[name]}?)"
    return ""


def _settings(values: Mapping[str, Any], aws_region: str | None) -> Settings:
    given = {service_model.snake_case(key): value for key, value in values.items()}
    connection = {name: given.pop(name) for name in attrs.fields_dict(Connection) if name in given}
    return Settings(**{"region": aws_region or None, **given}, connection=Connection(**connection))


def _read_region(value: Any) -> str:
    return _matching(value, REGION_FORM, "must be a region such as us-west-2")


def _read_profile(value: Any) -> str:
    return _matching(value, r".+", "must be the name of a profile")


def _read_assume_role(value: Any) -> AssumeRole:
    given = _parsed(value)
    how = "`pulumi config set --path 'ivschat:assumeRole.roleArn' arn:aws:iam::111122223333:role/chat`"
    if not isinstance(given, dict) or "roleArn" not in given:
        msg = f"must be a JSON object with a roleArn, as by {how}"
        raise ValueError(msg)
    if unknown := sorted(given.keys() - _ROLE_FORMS.keys()):
        msg = f"has {', '.join(unknown)}; its members are {', '.join(_ROLE_FORMS)}"
        raise ValueError(msg)
    members: dict[str, Any] = {}
    for name, text in ((name, value) for name, value in given.items() if value is not None):
        form, problem = _ROLE_FORMS[name]
        members[service_model.snake_case(name)] = _matching(text, form, f"{name} must be {problem}", shown=False)
    if "duration_seconds" in members:
        members["duration_seconds"] = int(members["duration_seconds"])
    role = AssumeRole(**members)
    if not _SHORTEST <= role.duration_seconds <= _LONGEST:
        msg = f"durationSeconds must be {_SHORTEST} to {_LONGEST}; it is {role.duration_seconds}"
        raise ValueError(msg)
    return role


_SHORTEST: Final = 900
_LONGEST: Final = 43_200
# AssumeRole in the API reference of STS.
_ROLE_FORMS: Final = {
    "roleArn": (r"(?a)arn:aws[\w-]*:iam::\d{12}:role/[\w+=,.@/-]+", "the ARN of a role"),
    "sessionName": (r"(?a)[\w+=,.@-]{2,64}", "2 to 64 letters, digits or _+=,.@-"),
    "externalId": (r"(?a)[\w+=,.@:/-]{2,1224}", "2 to 1224 letters, digits or _+=,.@:/-"),
    "durationSeconds": (r"[0-9]{1,6}", "a whole number"),
}


def _read_endpoint_url(value: Any) -> str:
    problem = "must be an http(s) URL, or local"
    form = r"local|https?://[^/\s?#]+(/[^\s?#]*)?"
    url = _matching(value, form, problem, shown=False)  # it may hold a password
    try:
        is_valid = url == LOCAL or (bool(urlsplit(url).hostname) and urlsplit(url).port != 0)
    except ValueError:  # of the port, or of an IPv6 address
        is_valid = False
    if not is_valid:
        msg = f"{problem}, with a valid host and port"
        raise ValueError(msg)
    return url


def _read_app_name(value: Any) -> str:
    form = r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,50}"
    return _matching(value, form, "must be 1 to 50 letters, digits or !#$%&'*+.^_`|~-")


def _read_max_attempts(value: Any) -> int:
    # The SDK for Java sends whole numbers as JSON with a decimal point.
    return int(_matching(_parsed(value), r"[1-9]|1[0-9]|20", "must be a whole number from 1 to 20"))


def _read_retry_mode(value: Any) -> str:
    # The SDK for C# sends values of enumerations as JSON.
    return _matching(_parsed(value), "standard|adaptive", "must be standard or adaptive")


def _read_flag(value: Any) -> bool:
    return _matching(value, "(?i)true|false", "must be true or false").lower() == "true"


def _read_default_tags(value: Any) -> dict[str, str]:
    tags = _parsed(value)
    problems = [str(failure) for failure in validation.failures(service_model.shape("Tags"), tags)]
    if problems:
        how = "`pulumi config set --path 'ivschat:defaultTags.team' chat`"
        msg = f"must be a JSON object of tags, as by {how}: {'; '.join(problems)}"
        raise ValueError(msg)
    return {**tags}


def _read_rates(value: Any) -> tuple[tuple[str, float], ...]:
    known = service_model.operations()
    rates = _parsed(value)
    how = "`pulumi config set --path 'ivschat:rates.CreateRoom' 10`"
    if not isinstance(rates, dict):
        msg = f"must be a JSON object of calls a second by operation, as by {how}"
        raise ValueError(msg)  # noqa: TRY004  it is the setting that is wrong, not the code
    if unknown := sorted(rates.keys() - known.keys()):
        msg = f"has {', '.join(unknown)}; the operations are {', '.join(known)}"
        raise ValueError(msg)
    return tuple((operation, _read_rate(operation, rate)) for operation, rate in sorted(rates.items()))


def _read_rate(operation: str, value: Any) -> float:
    return float(_matching(value, _RATE, f"must have a number above 0 for {operation}"))


def _parsed(value: Any) -> Any:
    """Return the value of a setting's JSON text; any other value as it is."""
    if isinstance(value, str):
        with contextlib.suppress(ValueError, RecursionError):
            return json.loads(value)
    return value


def _matching(value: Any, form: str | re.Pattern[str], problem: str, *, shown: bool = True) -> str:
    text = json.dumps(value) if isinstance(value, (bool, float)) else str(value)
    text = text.removesuffix(".0") if isinstance(value, float) else text
    if not re.fullmatch(form, text):
        msg = f"{problem}; it is {text!r}" if shown else problem
        raise ValueError(msg)
    return text


_READERS: Final[Mapping[str, Callable[[Any], Any]]] = {
    "region": _read_region,
    "profile": _read_profile,
    "assumeRole": _read_assume_role,
    "endpointUrl": _read_endpoint_url,
    "maxAttempts": _read_max_attempts,
    "retryMode": _read_retry_mode,
    "appName": _read_app_name,
    "defaultTags": _read_default_tags,
    "ownerTag": _read_flag,
    "rates": _read_rates,
    "readAhead": _read_flag,
    "skipRegionValidation": _read_flag,
}

"""
botocore's exceptions as errors of ours, which name the source and a remedy.

The source is a variable, a profile, a file or a stack setting. No error shows a secret, though botocore's may: the text of an
error that names a header has the header's value, and a URL may hold a password.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from typing import Any, Final

import attrs

from pulumi_ivschat.aws import configuration_files
from pulumi_ivschat.aws.signal_handlers import raised_in_handler
from pulumi_ivschat.errors import (
    CredentialsError,
    IvsChatError,
    LostAnswer,
    SettingsError,
    UnreachableError,
    from_answer,
)


@attrs.frozen
class Origin:
    """Where the configuration of a client comes from: the stack's settings first, then the environment and files."""

    profile: str | None = None
    endpoint_url: str | None = None
    role: str | None = None

    @property
    def profile_name(self) -> str:
        """The profile that is used."""
        return self.profile or os.environ.get(self.profile_source, "default")

    @property
    def profile_source(self) -> str:
        """The setting or variable that names the profile."""
        present = (name for name in _PROFILE_VARIABLES if name in os.environ)  # botocore uses an empty one too
        return "ivschat:profile" if self.profile else next(present, "AWS_PROFILE")

    @property
    def endpoint_source(self) -> str:
        """The setting or variable that names the endpoint, or "" if only the profile may."""
        return "ivschat:endpointUrl" if self.endpoint_url else _first_set(*_ENDPOINT_VARIABLES)[0]


_PROFILE_VARIABLES: Final = ("AWS_DEFAULT_PROFILE", "AWS_PROFILE")
_ENDPOINT_VARIABLES: Final = ("AWS_ENDPOINT_URL_IVSCHAT", "AWS_ENDPOINT_URL")


def _first_set(*variables: str) -> tuple[str, str]:
    """Return the name and value of the first of these environment variables that is set."""
    return next(((name, os.environ[name]) for name in variables if os.environ.get(name)), ("", ""))


def translation(error: Exception, origin: Origin, region: str = "", **about: str) -> IvsChatError:
    """
    Return the error of ours for an exception that a call has raised; *about* has its operation and subject.

    Raises the exception of a signal handler, which is the application's own.
    """
    if theirs := raised_in_handler(error):
        raise theirs
    from botocore import exceptions  # noqa: PLC0415  loaded by now
    from botocore.parsers import ResponseParserError  # noqa: PLC0415

    if isinstance(error, exceptions.ClientError) and error.operation_name == about.get("operation"):
        return from_answer(error.response, about["operation"], about.get("subject", ""))
    is_of_endpoint = isinstance(error, ValueError) and re.search(_ENDPOINT, str(error))
    kinds = (exceptions.ProfileNotFound, exceptions.ConfigParseError)
    is_of_files = isinstance(error, kinds) or configuration_files.is_misread(error)
    if _is_of_credentials(error) or is_of_endpoint or is_of_files:
        return of_configuration(error, origin, **about)
    if isinstance(error, exceptions.ConnectionError):
        return _unreachable(error, origin, region, **about)
    if type(error) is exceptions.HTTPClientError and (unsent := _unsent(error, origin, **about)):
        return unsent
    if isinstance(error, (exceptions.HTTPClientError, exceptions.IncompleteReadError, ResponseParserError)):
        return LostAnswer(safe(error), **about)
    return IvsChatError(f"{type(error).__name__}: {safe(error)}", **about)


_NO_CREDENTIALS: Final = {
    "CredentialRetrievalError",
    "LoginAuthorizationCodeError",
    "LoginError",
    "LoginInsufficientPermissions",
    "LoginRefreshRequired",
    "LoginTokenLoadError",
    "NoAuthTokenError",
    "NoCredentialsError",
    "PartialCredentialsError",
    "RefreshWithMFAUnsupportedError",
    "TokenRetrievalError",
}
"""By name: botocore's versions differ in those they have."""


def of_configuration(error: Exception, origin: Origin, method: str = "", **about: str) -> IvsChatError:
    """
    Return the error for an exception raised while a session, a client or credentials are made.

    *method* is botocore's name of where the credentials come from, if that is known.
    """
    if method or _is_of_credentials(error):
        return _credentials_error(error, origin, method, **about)
    return _settings_error(error, origin, **about)


def _is_of_credentials(error: Exception) -> bool:
    from botocore import exceptions  # noqa: PLC0415  loaded by now

    kinds = (exceptions.ClientError, exceptions.SSOError, TimeoutError)
    return isinstance(error, kinds) or type(error).__name__ in _NO_CREDENTIALS or _provider_in(error) is not None


def _settings_error(error: Exception, origin: Origin, **about: str) -> SettingsError:
    from botocore import exceptions  # noqa: PLC0415  loaded by now

    if isinstance(error, exceptions.ProfileNotFound):
        remedy = configuration_files.remedy_for_profile(origin.profile_name, origin.profile_source)
        return SettingsError(safe(error), **about, remedy=remedy)
    if isinstance(error, exceptions.ConfigParseError):
        remedy = (
            "Correct this file of AWS's configuration, which must be in UTF-8 without a byte order mark. AWS_CONFIG_FILE and "
            "AWS_SHARED_CREDENTIALS_FILE name others."
        )
        return SettingsError(safe(error), **about, remedy=remedy)
    if re.search(_ENDPOINT, str(error)):
        source = origin.endpoint_source or f"endpoint_url of profile {origin.profile_name}"
        return SettingsError(
            f"{source} is not a valid http(s) URL: {safe(error)}",
            **about,
            remedy="Set it to a URL such as https://host:8080, or remove it.",
        )
    if configuration_files.is_misread(error):
        message = f"a value in AWS's configuration is not of the expected form ({type(error).__name__})"
        remedy = (
            f"Check profile {origin.profile_name} in {configuration_files.names()}. In a [services] section, endpoint_url is a "
            "line of its own, indented below `ivschat =`."
        )
        return SettingsError(message, **about, remedy=remedy)
    profile = (
        f"the AWS_ variables of the environment, and profile {origin.profile_name} in {configuration_files.names()}"
    )
    where = ", ".join(_variables_in(str(error))) or profile
    return SettingsError(safe(error), **about, remedy=f"Check {where}.")


_ENDPOINT: Final = "Invalid endpoint|Port |IPv6|Invalid URL|netloc"


def _credentials_error(error: Exception, origin: Origin, method: str, **about: str) -> CredentialsError:
    provider = _provider_in(error)
    profile = getattr(provider, "_profile_name", None) or origin.profile_name
    # The one that fails may belong to a source_profile of the one that was asked.
    method = getattr(provider, "METHOD", "") or method
    if type(error).__name__ == "RefreshWithMFAUnsupportedError":
        message = (
            f"profile {profile} (or its source_profile) asks for an MFA code (mfa_serial), and nobody can be asked here"
        )
        return CredentialsError(message, **about, remedy=_MFA.format(profile=profile))
    if type(error).__name__ == "MissingDependencyException":
        return CredentialsError(safe(error), **about, remedy="Run `pip install 'botocore[crt]'` in this environment.")
    if method not in _METHODS:
        waited = "credentials took too long: " if isinstance(error, TimeoutError) else ""
        return CredentialsError(f"{waited}{safe(_reason(error))}", **about, code=_code(error))
    if method == "assume-role" and origin.role:
        message = f"no credentials from ivschat:assumeRole, {origin.role}: {safe(_reason(error))}"
        return CredentialsError(message, **about, code=_code(error), remedy=_ROLE)
    what, remedy = _METHODS[method]
    source = _first_set(*_METHOD_VARIABLES.get(method, ()))[0] or what.format(profile=profile)
    message = f"no credentials from {source}: {safe(_reason(error))}"
    where = (
        f" The profile is in {configuration_files.names()}; {origin.profile_source} names it."
        if "profile" in source
        else ""
    )
    return CredentialsError(message, **about, code=_code(error), remedy=f"{remedy.format(profile=profile)}{where}")


def _code(error: Any) -> str:
    return str(error.response.get("Error", {}).get("Code", "")) if type(error).__name__ == "ClientError" else ""


_MFA: Final = (
    'Sign in before: run `eval "$(aws configure export-credentials --profile {profile} --format env)"` and leave '
    "ivschat:profile unset. Or run this command with `aws-vault exec {profile} --`, or use a profile with AWS SSO or "
    "credential_process."
)

_ROLE: Final = (
    "Check that these credentials may assume the role (sts:AssumeRole), and that its trust policy names them and the externalId. "
    "Check that the role allows sessions of this durationSeconds, and that STS is within reach (AWS_ENDPOINT_URL_STS or "
    "AWS_ENDPOINT_URL if set)."
)

_METHODS: Final = {
    "assume-role": (
        "the role of profile {profile}",
        "Check role_arn, source_profile or credential_source, and that STS is within reach (AWS_ENDPOINT_URL_STS if set).",
    ),
    "assume-role-with-web-identity": (
        "web_identity_token_file of profile {profile}",
        "Check that this file exists, the role (AWS_ROLE_ARN, or role_arn of the profile), and that STS is within reach.",
    ),
    "container-role": (
        "the container",
        "Check that address, and AWS_CONTAINER_AUTHORIZATION_TOKEN or AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE if set.",
    ),
    "custom-process": (
        "credential_process of profile {profile}",
        "Run that command in a terminal with </dev/null to see what it prints: here it cannot ask anything.",
    ),
    "env": (
        "the environment",
        "Set AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and, for a session, AWS_SESSION_TOKEN; or unset them all.",
    ),
    "iam-role": (
        "the role of this instance",
        "Check that the instance has a role, and AWS_EC2_METADATA_SERVICE_ENDPOINT if set.",
    ),
    "login": ("the login session of profile {profile}", "Run `aws login --profile {profile}`."),
    "sso": ("AWS SSO for profile {profile}", "Run `aws sso login --profile {profile}`."),
}
"""By botocore's name of the method: what it is, and what to do."""
_METHOD_VARIABLES: Final = {
    "assume-role-with-web-identity": ("AWS_WEB_IDENTITY_TOKEN_FILE",),
    "container-role": ("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_CREDENTIALS_FULL_URI"),
}
"""Those that a variable may name, by botocore's precedence before the profile."""


def _provider_in(error: BaseException) -> Any:
    """Return botocore's credential provider that an exception comes from, the innermost one, or None."""
    found, trace = None, error.__traceback__
    while trace is not None:
        one = trace.tb_frame.f_locals.get("self")
        found = one if getattr(one, "METHOD", None) else found
        trace = trace.tb_next
    return found


def _reason(error: Any) -> str:
    """Return what went wrong, without what is only known to the code that it went wrong in."""
    if type(error).__name__ == "ClientError":
        return f"AWS refuses {error.operation_name}: {error.response.get('Error', {}).get('Message', '')}"
    if type(error).__name__ == "CredentialRetrievalError":
        return str(error.kwargs.get("error_msg"))
    if isinstance(error, OSError) and error.strerror:
        return ": ".join(str(part) for part in (error.filename, error.strerror) if part)
    if isinstance(error, (AttributeError, KeyError, TypeError, UnicodeDecodeError, json.JSONDecodeError)):
        return f"the answer is not JSON of the expected form ({type(error).__name__})"
    return str(error)


def _unreachable(error: Exception, origin: Origin, region: str, **about: str) -> IvsChatError:
    from botocore import exceptions  # noqa: PLC0415  loaded by now

    if isinstance(error, exceptions.ProxyConnectionError):
        remedy = "Check the proxy (HTTPS_PROXY, HTTP_PROXY), or exempt the host with NO_PROXY."
        return UnreachableError(safe(error), **about, remedy=remedy)
    if isinstance(error, exceptions.SSLError):
        bundle = _first_set("AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE")[0] or f"ca_bundle of profile {origin.profile_name}"
        remedy = f"Check the file of certificates ({bundle}), the proxy, and what answers at the endpoint."
        kind = SettingsError if re.search(_BUNDLE, str(error)) else UnreachableError
        return kind(safe(error), **about, remedy=remedy)
    return UnreachableError(safe(error), **about, remedy=_within_reach(region, origin.endpoint_source))


_BUNDLE: Final = "(?i)No such file|NO_CERTIFICATE|Permission denied|Is a directory|PEM"
"""What is wrong with a file of certificates itself."""


def _within_reach(region: str, endpoint_source: str) -> str:
    import botocore.session  # noqa: PLC0415  loaded by now

    regions = botocore.session.get_session().get_available_regions("ivschat")
    known = "" if region in regions else f" {region} is not one of the regions of IVS Chat: {', '.join(regions)}."
    return f"Check the network, and {endpoint_source or 'ivschat:endpointUrl if it is set'}.{known}"


def _unsent(error: Any, origin: Origin, **about: str) -> IvsChatError | None:
    """Return the error for a request that could not be written: a URL or a header is not valid. None for any other."""
    inner = error.kwargs.get("error")
    if isinstance(inner, OSError) or not isinstance(inner, (ValueError, TypeError)):
        return None
    if not re.search("parse|URL|[Pp]ort", str(inner)):
        names = [name for name, value in os.environ.items() if name.startswith("AWS_") and not value.isprintable()]
        where = ", ".join(names) or f"profile {origin.profile_name} in {configuration_files.names()}"
        message = "a credential has a character that no HTTP header may have, such as a line break"
        return CredentialsError(message, **about, remedy=f"Set it again without that character: {where}.")
    proxies = [name for name in os.environ if name.lower() in {"http_proxy", "https_proxy", "all_proxy"}]
    if any("@" in os.environ[name] for name in proxies):  # the parser quotes a part of the password
        remedy = f"Check {', '.join(proxies)}: in a user or password, write # as %23, / as %2F, ? as %3F and @ as %40."
        return SettingsError("the URL of a proxy is not valid", **about, remedy=remedy)
    where = ", ".join(_variables_in(str(inner)) or proxies) or origin.endpoint_source or "the endpoint and the proxy"
    return SettingsError(f"a URL is not valid: {safe(inner)}", **about, remedy=f"Check {where}.")


def _variables_in(text: str) -> list[str]:
    """Return the names of the environment variables whose values an error quotes."""
    set_ = [(name, value) for name, value in os.environ.items() if re.match(_CONFIGURES, name) and value]
    return [name for name, value in set_ if re.search(rf"(?<!\w){re.escape(value)}(?!\w)", text)]


_CONFIGURES: Final = "(?i)AWS_(?!REGION|DEFAULT_REGION|PROFILE)|https?_proxy|no_proxy|REQUESTS_CA"


def safe(text: object) -> str:
    """Return an error's text as one line of a moderate length, without what is, or looks like, a secret."""
    line = " ".join(str(text).split())
    for value, name in _secrets():
        line = line.replace(value, f"[{name}]")
    for form, instead in _SECRET_FORMS.items():
        line = re.sub(form, instead, line)
    return line[:_LONGEST]


def _secrets() -> Iterator[tuple[str, str]]:
    for name, value in os.environ.items():
        if re.search("SECRET|TOKEN$|PASSWORD", name) and len(value) >= _SHORTEST:
            yield value, name


_NAMED: Final = r"(?:secret|token|passw(?:or)?d|access_?key)(?:(?!_file|_url)\w)*"
"""The last part of the name of a secret."""
_SECRET_FORMS: Final = {
    r"(?s)Invalid header (value|name).*": r"Invalid header \1",
    r"//[^/\s@\"']*@": "//***@",
    rf"(?i)({_NAMED}[\"']?\s*=\s*[\"']?)[^\s\"',;&}}]+": r"\1[hidden]",
    rf"(?i)({_NAMED}[\"']\s*:\s*[\"'])[^\"']+": r"\1[hidden]",
    rf"(?i)({_NAMED}\s*:\s*)(?=\S*\d)[^\s\"',;}}]+": r"\1[hidden]",  # "SSO Token: Token for …" has none
    r"eyJ[\w-]+\.[\w-]+\.[\w-]*": "[hidden]",
    r"(?<![A-Za-z0-9/+])[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+])": "[hidden]",
    r"[A-Za-z0-9/+=_-]{100,}": "[hidden]",
}
_LONGEST: Final = 500
_SHORTEST: Final = 4

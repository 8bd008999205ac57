"""Calls to the control plane: from settings to a boto3 client, from botocore's exceptions to our errors."""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, Protocol, TypeAlias

from pulumi_ivschat import service_model
from pulumi_ivschat.attempts import Attempts, patience_of, patiently
from pulumi_ivschat.errors import (
    CredentialsError,
    IvsChatError,
    LostAnswer,
    SettingsError,
    UnreachableError,
    from_answer,
)
from pulumi_ivschat.service_model import snake_case
from pulumi_ivschat.settings import LOCAL, Connection

if TYPE_CHECKING:
    from botocore.session import Session
    from mypy_boto3_ivschat.client import IvschatClient

_CONNECT_SECONDS: Final = 10
_READ_SECONDS: Final = 20


class ControlPlane(Protocol):
    """Whatever can call an operation: the real one, or a test's."""

    def call(self, operation: str, region: str, subject: str = "", **members: Any) -> dict[str, Any]:
        """Call *operation* in *region*; *subject* (ARN or name) is for the error, an `IvsChatError`."""
        ...


Agrees: TypeAlias = Callable[[Mapping[str, Any]], bool]


class Readable(ControlPlane, Protocol):
    """A control plane that is told what was known of a resource, when one is read."""

    def read(self, operation: str, arn: str, state: Mapping[str, Any], agrees: Agrees) -> dict[str, Any]:
        """
        Give what *operation* (Get…, or ListTagsForResource) answers of *arn*.

        *state*, its last one, may spare the call, where *agrees* says that an answer put together without it is the state.
        """
        ...


class BotoControlPlane:
    """The control plane through boto3: one client per region, made at its first call, shared by threads."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._clients: dict[str, IvschatClient] = {}
        self._lock = threading.Lock()

    def call(self, operation: str, region: str, subject: str = "", **members: Any) -> dict[str, Any]:
        """
        Call *operation* in *region* and give its answer, after a wait for its turn where AWS counts.

        Raises the IvsChatError for whatever AWS or botocore raises; *subject* names in it what the call was about.
        """
        with _translated(operation, subject, region):
            call: Callable[..., dict[str, Any]] = getattr(self.client(region), snake_case(operation))
            return patiently(lambda: call(**members), patience_of(self._connection.max_attempts))

    def endpoint_url(self, region: str) -> str:
        """Give where the calls of *region* go, by the settings and then AWS's own chain; `local` is started."""
        with _translated("", "", region):
            return self.client(region).meta.endpoint_url

    def read(self, operation: str, arn: str, state: Mapping[str, Any], agrees: Agrees) -> dict[str, Any]:
        """Ask for one resource, with one call."""
        del state, agrees
        [member] = service_model.operations()[operation].input.required
        return self.call(operation, arn.split(":")[3], arn, **{member: arn})

    def client(self, region: str) -> IvschatClient:
        """Give the boto3 client for *region*."""
        with self._lock:
            if region not in self._clients:
                client = boto_client(self._connection, region)
                client.meta.events.register("before-parse.ivschat", _hold_whole)
                client.meta.events.register("before-parse.ivschat", _keep_from_logs)
                Attempts(client, self._connection.profile, dict(self._connection.rates))
                self._clients[region] = client
            return self._clients[region]


_lock: Final = threading.Lock()
_control_planes: Final[dict[Connection, BotoControlPlane]] = {}


def shared_control_plane(connection: Connection) -> BotoControlPlane:
    """Give the control plane of a connection: one for all of the process that asks for it."""
    with _lock:
        return _control_planes.setdefault(connection, BotoControlPlane(connection))


def boto_client(connection: Connection, region: str) -> IvschatClient:
    """
    Make a boto3 client.

    An `endpoint_url` of `local` is the embedded service, started if it does not run; calls to it are signed with its
    own key and never with a person's credentials.
    """
    import boto3  # noqa: PLC0415  loading an AWS SDK takes longer than a preview that needs none
    from botocore.config import Config  # noqa: PLC0415
    from botocore.session import Session  # noqa: PLC0415

    options: dict[str, Any] = {  # a dict, since the stubs lag behind botocore
        "connect_timeout": _CONNECT_SECONDS,
        "read_timeout": _READ_SECONDS,
        "retries": {"total_max_attempts": connection.max_attempts, "mode": connection.retry_mode},
        "user_agent_appid": connection.app_name,
    }
    config = Config(**options)
    if connection.endpoint_url == LOCAL:
        # no profile either, not even the one that AWS_PROFILE names
        nobodys = _quick(Session(session_vars={"profile": (None, None, None, None)}))
        session = boto3.Session(aws_access_key_id=LOCAL, aws_secret_access_key=LOCAL, botocore_session=nobodys)
        config = config.merge(Config(proxies={}))  # HTTP_PROXY would stand between even here
        return session.client("ivschat", region, endpoint_url=_local_url(), config=config)
    session = boto3.Session(profile_name=connection.profile, botocore_session=_quick(Session()))
    return session.client("ivschat", region, endpoint_url=connection.endpoint_url, config=config)


def _quick(session: Session) -> Session:
    """Let a session read times by `_time`: its own way takes three quarters of what a page of a list takes."""
    session.get_component("response_parser_factory").set_parser_defaults(timestamp_parser=_time)
    return session


def _time(value: Any) -> datetime:
    """Read a time in AWS's form; leave any other one to botocore."""
    with contextlib.suppress(AttributeError, ValueError):
        if value.endswith("Z"):
            return datetime.fromisoformat(f"{value[:-1]}+00:00")
    from botocore.utils import parse_timestamp  # noqa: PLC0415  loaded by now

    return parse_timestamp(value)


def _local_url() -> str:
    from pulumi_ivschat.local import discovery  # noqa: PLC0415  only where the embedded service is asked for

    try:
        return discovery.ensure().url
    except discovery.LocalServiceError as error:
        raise UnreachableError(str(error)) from None


def _hold_whole(operation_model: Any, response_dict: Mapping[str, Any], **_: Any) -> None:
    """Raise LostAnswer where success is told by something that botocore would take for an answer without any member."""
    output, body = operation_model.output_shape, response_dict["body"]
    members = output.members.keys() if output else set()
    if response_dict["status_code"] >= _NO_SUCCESS or not (body or members):
        return
    try:
        answer = json.loads(body)
        is_whole = isinstance(answer, dict) and bool(not members or members & answer.keys())
    except ValueError:
        is_whole = False
    if not is_whole:
        msg = "the answer is cut off, or not AWS's"
        raise LostAnswer(msg)


_NO_SUCCESS: Final = 300


def _keep_from_logs(
    operation_model: Any, response_dict: dict[str, Any], customized_response_dict: dict[str, Any], **_: Any
) -> None:
    """Hand what AWS's model calls sensitive, a chat token, past botocore's parser, whose debug log has whole answers."""
    members = operation_model.output_shape.members if operation_model.output_shape else {}
    secret = {member for member, shape in members.items() if shape.metadata.get("sensitive")}
    if secret and response_dict["status_code"] < _NO_SUCCESS:
        answer = json.loads(response_dict["body"])
        customized_response_dict.update({member: answer.pop(member) for member in secret & answer.keys()})
        response_dict["body"] = json.dumps(answer).encode()


@contextlib.contextmanager
def _translated(operation: str, subject: str, region: str) -> Iterator[None]:
    try:
        yield
    except LostAnswer as error:
        raise LostAnswer(error.message, operation=operation, subject=subject) from None
    except IvsChatError:
        raise
    except Exception as error:  # noqa: BLE001  whatever it is, people get an error of ours
        raise _translation(error, operation, subject, region) from None


def _translation(error: Exception, operation: str, subject: str, region: str) -> IvsChatError:
    from botocore import exceptions  # noqa: PLC0415  loaded by now
    from botocore.parsers import ResponseParserError  # noqa: PLC0415

    about = {"operation": operation, "subject": subject}
    if isinstance(error, exceptions.ClientError):
        of_another = error.operation_name != operation  # assuming a role, refreshing a token
        return CredentialsError(str(error), **about) if of_another else from_answer(error.response, **about)
    if isinstance(error, exceptions.ProfileNotFound):
        return SettingsError(str(error), **about, remedy="Check ivschat:profile, or AWS_PROFILE.")
    if isinstance(error, tuple(getattr(exceptions, name) for name in _NO_CREDENTIALS if hasattr(exceptions, name))):
        return CredentialsError(str(error), **about)
    if isinstance(error, exceptions.ConnectionError):
        return UnreachableError(str(error), **about, remedy=_within_reach(region))
    if isinstance(error, (exceptions.HTTPClientError, exceptions.IncompleteReadError, ResponseParserError)):
        return LostAnswer(str(error), **about)
    return IvsChatError(f"{type(error).__name__}: {error}", **about)


_NO_CREDENTIALS: Final = (
    "CredentialRetrievalError",
    "InvalidConfigError",
    "LoginError",
    "NoAuthTokenError",
    "NoCredentialsError",
    "PartialCredentialsError",
    "SSOError",
    "TokenRetrievalError",
)


def _within_reach(region: str) -> str:
    import botocore.session  # noqa: PLC0415  loaded by now

    regions = botocore.session.get_session().get_available_regions("ivschat")
    known = "" if region in regions else f" {region} is none of the regions of IVS Chat: {', '.join(regions)}."
    return f"Check the network, and ivschat:endpointUrl where it is set.{known}"

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
from pulumi_ivschat.aws_errors import Origin, of_configuration, translation
from pulumi_ivschat.deadlines import LIMITS, Limits, limit_answers
from pulumi_ivschat.errors import IvsChatError, LostAnswer, UnreachableError
from pulumi_ivschat.service_model import snake_case
from pulumi_ivschat.sessions import Credentials
from pulumi_ivschat.settings import LOCAL, Connection

if TYPE_CHECKING:
    from botocore.session import Session
    from mypy_boto3_ivschat.client import IvschatClient


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

    def __init__(self, connection: Connection, limits: Limits = LIMITS) -> None:
        self._connection = connection
        self._limits = limits
        self._clients: dict[str, IvschatClient] = {}
        self._lock = threading.Lock()

    def call(self, operation: str, region: str, subject: str = "", **members: Any) -> dict[str, Any]:
        """
        Call *operation* in *region* and give its answer, after a wait for its turn where AWS counts.

        Raises the IvsChatError for whatever AWS or botocore raises; *subject* names in it what the call was about.
        """
        with _translated(operation, subject, region, self._connection):
            call: Callable[..., dict[str, Any]] = getattr(self.client(region), snake_case(operation))
            return patiently(lambda: call(**members), patience_of(self._connection.max_attempts))

    def endpoint_url(self, region: str) -> str:
        """Give where the calls of *region* go, by the settings and then AWS's own chain; `local` is started."""
        with _translated("", "", region, self._connection):
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
                client = boto_client(self._connection, region, self._limits)
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


def boto_client(connection: Connection, region: str, limits: Limits = LIMITS) -> IvschatClient:
    """
    Make a boto3 client, whose calls and credentials have time *limits*; nothing asks a person for anything.

    An `endpoint_url` of `local` is the embedded service, started if it does not run; calls to it are signed with its
    own key and never with a person's credentials.

    Raises CredentialsError or SettingsError for whatever botocore finds wrong in the configuration.
    """
    from botocore.exceptions import BotoCoreError  # noqa: PLC0415  loading an AWS SDK takes longer than a preview that needs none

    try:
        client = _made_client(connection, region, limits)
    except (BotoCoreError, OSError, ValueError) as error:
        raise of_configuration(error, _origin(connection)) from None
    limit_answers(client._endpoint.http_session, limits.answer)  # type: ignore[attr-defined]  # noqa: SLF001
    return client


def _made_client(connection: Connection, region: str, limits: Limits) -> IvschatClient:
    import boto3  # noqa: PLC0415
    from botocore.config import Config  # noqa: PLC0415
    from botocore.session import Session  # noqa: PLC0415

    options: dict[str, Any] = {  # a dict, since the stubs lag behind botocore
        "connect_timeout": limits.connect,
        "read_timeout": limits.answer,
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
    of_botocore = _quick(Session())
    session = boto3.Session(profile_name=connection.profile, botocore_session=of_botocore)
    credentials = Credentials(of_botocore, _origin(connection), limits.credentials)
    credentials.load()
    client = session.client("ivschat", region, endpoint_url=connection.endpoint_url, config=config)
    client.meta.events.register_first("before-call.ivschat", credentials.renew)
    return client


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


def validate_endpoint(connection: Connection) -> None:
    """Raise UnreachableError if calls would go to the embedded service, and it neither runs nor can be started."""
    if connection.endpoint_url == LOCAL:
        with _discovery() as discovery:
            discovery.validate_startable()


def _local_url() -> str:
    with _discovery() as discovery:
        url: str = discovery.ensure().url
        return url


@contextlib.contextmanager
def _discovery() -> Iterator[Any]:
    """Give the module that finds the embedded service; its errors become UnreachableError."""
    from pulumi_ivschat.local import discovery  # noqa: PLC0415  only if the embedded service is asked for

    try:
        yield discovery
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
def _translated(operation: str, subject: str, region: str, connection: Connection) -> Iterator[None]:
    about = {"operation": operation, "subject": subject}
    try:
        yield
    except LostAnswer as error:
        raise LostAnswer(error.message, **about) from None
    except IvsChatError as error:
        error.operation, error.subject = error.operation or operation, error.subject or subject
        raise
    except Exception as error:  # noqa: BLE001  whatever it is, people get an error of ours
        raise translation(error, _origin(connection), region, **about) from None


def _origin(connection: Connection) -> Origin:
    return Origin(connection.profile, connection.endpoint_url)

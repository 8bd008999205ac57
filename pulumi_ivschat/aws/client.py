"""
Calls to the control plane: from settings to a client of botocore, from botocore's exceptions to our errors.

boto3 is botocore and resources that IVS Chat does not have: to load them takes 30 % of the time to a first call.
"""

from __future__ import annotations

import contextlib
import importlib
import ipaddress
import json
import os
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final, Protocol, cast
from urllib.parse import urlsplit

import attrs

from pulumi_ivschat import forks
from pulumi_ivschat.aws import custom_timeouts
from pulumi_ivschat.aws.attempts import Attempts, Paces, holder_of, patience_of, patiently
from pulumi_ivschat.aws.deadlines import LIMITS, Limits, limit_answers
from pulumi_ivschat.aws.error_translation import Origin, of_configuration, translation
from pulumi_ivschat.aws.quick_sessions import quick
from pulumi_ivschat.aws.role_sessions import role_session
from pulumi_ivschat.aws.sessions import Credentials
from pulumi_ivschat.errors import CredentialsError, IvsChatError, LostAnswer, UnreachableError
from pulumi_ivschat.model.service_model import snake_case
from pulumi_ivschat.settings import LOCAL, Connection

if TYPE_CHECKING:
    from botocore.session import Session
    from mypy_boto3_ivschat.client import IvschatClient


class ControlPlane(Protocol):
    """An object that calls operations: the real one, or a test's."""

    def call(self, operation: str, region: str, subject: str = "", **members: Any) -> dict[str, Any]:
        """Call *operation* in *region*; *subject* (ARN or name) is for the error, an `IvsChatError`."""
        ...


@attrs.frozen(eq=False)
class _Made:
    """A client, made from what a session found; each look for other credentials gives another one of these."""

    client: IvschatClient


class BotoControlPlane:
    """The control plane through botocore: one client per region and process, made at its first call, shared by threads."""

    def __init__(self, connection: Connection, limits: Limits = LIMITS, paces: Paces | None = None) -> None:
        self._connection = connection
        self._limits = limits
        self._paces = paces or Paces()
        self._made: dict[tuple[Any, str], _Made] = {}
        self._lock = forks.Lock()

    def call(self, operation: str, region: str, subject: str = "", **members: Any) -> dict[str, Any]:
        """
        Call *operation* in *region* and return its answer, after a wait for its turn if AWS counts.

        If the credentials are refused, they may have been renewed since they were read: a new session reads them, and the
        call is made once more. AWS carries out nothing of a call whose credentials it refuses.

        Raises the IvsChatError for what AWS or botocore raises; its subject is *subject*.
        """
        with _translated(operation, subject, region, self._connection):
            custom_timeouts.validate_wait()
            is_new = (forks.process(), region) not in self._made
            made = self._client(region)
        try:
            return self._call(made, operation, region, subject, members)
        except CredentialsError as error:
            if is_new and not error.code:  # AWS was not asked, and this call has just looked for credentials
                raise
        with _translated(operation, subject, region, self._connection):
            renewed = self._renewed(region, made)
        return self._call(renewed, operation, region, subject, members)

    def _call(
        self, made: _Made, operation: str, region: str, subject: str, members: Mapping[str, Any]
    ) -> dict[str, Any]:
        with (
            _local_key_advised(made.client.meta.endpoint_url),
            _translated(operation, subject, region, self._connection),
        ):
            call: Callable[..., dict[str, Any]] = getattr(made.client, snake_case(operation))
            with forks.postponed():
                answer = patiently(lambda: call(**members), patience_of(self._connection.max_attempts))
            custom_timeouts.record(operation, "was done")
            return answer

    def endpoint_url(self, region: str) -> str:
        """Return where the calls of *region* go, by the settings and then AWS's own chain; `local` is started."""
        with _translated("", "", region, self._connection):
            return self.client(region).meta.endpoint_url

    def client(self, region: str) -> IvschatClient:
        """Return the client for *region*."""
        return self._client(region).client

    def _client(self, region: str) -> _Made:
        place = (forks.process(), region)
        with self._lock:
            if place not in self._made:
                self._made[place] = self._new(region)
            return self._made[place]

    def _renewed(self, region: str, refused: _Made) -> _Made:
        """Return a client of a newer session than *refused*: one for all threads that were refused with the same client."""
        place = (forks.process(), region)
        with self._lock:
            if self._made[place] is refused:
                with forks.postponed():
                    found = boto_session(self._connection, region, self._limits).get_credentials()
                used = getattr(refused.client, "_get_credentials", object)()  # botocore's own, without a public way
                is_same = _comparable(found) == _comparable(used)
                self._made[place] = _Made(refused.client) if is_same else self._new(region)
            return self._made[place]

    def _new(self, region: str) -> _Made:
        client = boto_client(self._connection, region, self._limits)
        client.meta.events.register("before-parse.ivschat", _validate_whole)
        client.meta.events.register("before-parse.ivschat", _keep_from_logs)
        Attempts(client, holder_of(self._connection), dict(self._connection.rates), self._paces)
        return _Made(client)


class Clients:
    """The clients of a process, and their pace; in a forked child each control plane makes clients of its own."""

    def __init__(self) -> None:
        self.paces = Paces()
        self._lock = forks.Lock()
        self._control_planes: dict[Connection, BotoControlPlane] = {}

    def control_plane(self, connection: Connection) -> BotoControlPlane:
        """Return the control plane of a connection: the same one for all callers."""
        with self._lock:
            return self._control_planes.setdefault(connection, BotoControlPlane(connection, paces=self.paces))


CLIENTS: Final = Clients()
"""The clients of this process. All other state that is kept between calls belongs to an object that is handed down."""


def shared_control_plane(connection: Connection) -> BotoControlPlane:
    """Return this process's control plane of a connection."""
    return CLIENTS.control_plane(connection)


def boto_client(connection: Connection, region: str, limits: Limits = LIMITS) -> IvschatClient:
    """
    Make a client, whose calls and credentials have time *limits*; nothing asks a person for anything.

    An `endpoint_url` of `local` is the embedded service, started if it does not run; calls to it are signed with its
    own key and never with a person's credentials.

    Raises CredentialsError or SettingsError for each problem that botocore finds in the configuration.
    """
    load_sdk()
    from botocore.exceptions import BotoCoreError  # noqa: PLC0415

    try:
        with forks.postponed():
            client = _made_client(connection, region, limits)
    except (BotoCoreError, OSError, ValueError) as error:
        raise of_configuration(error, _origin(connection)) from None
    limit_answers(client._endpoint.http_session, limits.answer)  # type: ignore[attr-defined]  # noqa: SLF001
    return client


def _made_client(connection: Connection, region: str, limits: Limits) -> IvschatClient:
    from botocore.config import Config  # noqa: PLC0415

    options: dict[str, Any] = {  # a dict, since the stubs lag behind botocore
        "connect_timeout": limits.connect,
        "read_timeout": limits.answer,
        "retries": {"total_max_attempts": connection.max_attempts, "mode": connection.retry_mode},
        "user_agent_appid": connection.app_name,
    }
    config = Config(**options)
    session = boto_session(connection, region, limits)
    endpoint_url = connection.endpoint_url
    if endpoint_url == LOCAL:
        config = config.merge(Config(proxies={}))  # HTTP_PROXY would stand between even here
        endpoint_url = _local_url()
    client = session.create_client("ivschat", region, endpoint_url=endpoint_url, config=config)
    return cast("IvschatClient", client)


def boto_session(connection: Connection, region: str, limits: Limits = LIMITS) -> Session:
    """
    Create a session of botocore, which reads the environment and AWS's files for itself, and asks nobody for anything.

    A role is assumed in *region*, also the role of a profile.
    """
    from botocore.session import Session  # noqa: PLC0415  loaded by now

    if connection.endpoint_url == LOCAL:
        return _local_session()
    session = quick(Session(profile=connection.profile))
    session.set_config_variable("region", region)
    credentials = Credentials(session, _origin(connection), limits.credentials)
    credentials.load()
    if connection.assume_role:
        session = quick(role_session(session, connection.assume_role, region, connection.profile))
        session.set_config_variable("region", region)
        credentials = Credentials(session, _origin(connection), limits.credentials)
    session.get_component("event_emitter").register_first("before-call.ivschat", credentials.renew)
    return session


def _local_session() -> Session:
    """Return a session with the key of the embedded service, which reads neither AWS's variables nor its files."""
    from botocore.configprovider import BOTOCORE_DEFAUT_SESSION_VARIABLES as VARIABLES  # noqa: PLC0415  loaded by now
    from botocore.session import Session  # noqa: PLC0415

    defaults = {name: (None, None, default, cast) for name, (_, _, default, cast) in VARIABLES.items()}
    files = dict.fromkeys(("config_file", "credentials_file"), (None, None, os.devnull, None))
    session = quick(Session(session_vars={**defaults, **files}))
    session.set_credentials(LOCAL, LOCAL)
    return session


def load_sdk() -> None:
    """Import what a first call needs: an AWS SDK takes longer to load than a preview that needs none."""
    with contextlib.suppress(RuntimeError):  # of a process that ends, which starts no executor any more
        importlib.import_module("concurrent.futures.thread")  # it adds hooks, which must not change while a fork waits
    with forks.postponed():
        importlib.import_module("botocore.session")
        importlib.import_module("encodings.idna")  # socket imports it at its first host name


def _comparable(credentials: Any) -> Any:
    """Return the values of credentials; those that botocore renews by itself equal no others."""
    from botocore.credentials import Credentials, RefreshableCredentials  # noqa: PLC0415  loaded by now

    if credentials is None or (
        isinstance(credentials, Credentials) and not isinstance(credentials, RefreshableCredentials)
    ):
        return credentials and credentials.get_frozen_credentials()
    return object()


def _is_loopback(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


@contextlib.contextmanager
def _local_key_advised(endpoint_url: str) -> Iterator[None]:
    """Name the key of the local service if the endpoint is on this machine, unless the error has a remedy of its own."""
    try:
        yield
    except CredentialsError as error:
        has_other_remedy = error.remedy != CredentialsError.remedy_template or "Expired" in error.code
        if has_other_remedy or not _is_loopback(endpoint_url):
            raise
        raise error.evolved(remedy=_LOCAL_KEY) from None


_LOCAL_KEY: Final = (
    "The endpoint is on this machine. If it is the local service, set AWS_ACCESS_KEY_ID=local and "
    "AWS_SECRET_ACCESS_KEY=local, or set the endpoint to `local`, which needs no credentials."
)


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
    """Yield the module that finds the embedded service; its errors become UnreachableError."""
    from pulumi_ivschat.local import data_directory, discovery  # noqa: PLC0415  only if the embedded service is asked for

    try:
        yield discovery
    except data_directory.LocalServiceError as error:
        raise UnreachableError(str(error)) from None


def _validate_whole(operation_model: Any, response_dict: Mapping[str, Any], **_: Any) -> None:
    """Raise LostAnswer for a success whose body botocore would read as an answer without any member."""
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
        custom_timeouts.record(operation, "may have been done")
        raise LostAnswer(error.message, **about) from None
    except IvsChatError as error:
        raise error.evolved(operation=error.operation or operation, subject=error.subject or subject) from None
    except Exception as error:  # noqa: BLE001  whatever it is, people get an error of ours
        raise translation(error, _origin(connection), region, **about) from None


def _origin(connection: Connection) -> Origin:
    role = connection.assume_role
    return Origin(connection.profile, connection.endpoint_url, role.role_arn if role else None)

"""Calls of the control plane, at the run's pace: by boto3, or signed as they are for what boto3 does not send."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any, Final

import attrs
from botocore import xform_name
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.exceptions import ClientError
from botocore.httpsession import URLLib3Session

from verify.endpoint import Endpoint
from verify.pacing import Pace

Sign = Callable[[Credentials, str, str], SigV4Auth]
"""Makes a signer from credentials, a service and a region."""
_ERROR_HEADER: Final = "x-amzn-errortype"
_DENIAL: Final = "identity-based policy"
"""In AWS's message about a call that the caller's own policies do not allow."""
_REFUSED: Final = 300
_ATTEMPTS: Final = 3
_PAUSE: Final = 2.0
"""Seconds, after a call that was throttled: others use the account too."""


@attrs.frozen
class Seen:
    """An answer: its status, the code of its error ("" for success), and its members."""

    status: int
    code: str
    members: Mapping[str, Any] = attrs.field(factory=dict)

    @property
    def outcome(self) -> str:
        """The code and the status in one word: `ok 200`, or `ValidationException 400`."""
        return f"{self.code or 'ok'} {self.status}"


class Unanswered(Exception):
    """Raised when a call that a question needs is refused."""


class Calls:
    """What a run asks of the control plane."""

    def __init__(self, endpoint: Endpoint, pace: Pace, see: Callable[[Any], None] = lambda _: None) -> None:
        self.endpoint = endpoint
        self._see = see
        self.pace = pace
        self.texts: list[str] = []
        """The messages of errors since the question began."""

    @property
    def denials(self) -> list[str]:
        """The messages, since the question began, about calls that the caller's own policies do not allow."""
        return [text for text in self.texts if _DENIAL in text]

    @functools.cached_property
    def _client(self) -> Any:
        return self.endpoint.client()

    def call(self, operation: str, **members: Any) -> Seen:
        """Make a call, and return the answer, be it an error; repeat it if AWS takes no more calls at the moment."""
        for _ in range(_ATTEMPTS - 1):
            seen = self._call(operation, **members)
            if seen.status != HTTPStatus.TOO_MANY_REQUESTS:
                return seen
            self.pace.sleep(_PAUSE)
        return self._call(operation, **members)

    def _call(self, operation: str, **members: Any) -> Seen:
        self.pace.wait()
        try:
            answer = getattr(self._client, xform_name(operation))(**members)
        except ClientError as error:
            return self._refused(error.response)
        self._see({name: each for name, each in answer.items() if name != "ResponseMetadata"})
        return Seen(answer.pop("ResponseMetadata")["HTTPStatusCode"], "", answer)

    def must(self, operation: str, **members: Any) -> Any:
        """Make a call, and return the members of the answer; raise Unanswered if it is an error."""
        seen = self.call(operation, **members)
        if seen.code:
            msg = f"{operation} was refused: {seen.outcome} {seen.members.get('message', '')}"
            raise Unanswered(msg)
        return dict(seen.members)

    def raw(  # noqa: PLR0913 - each is one way to differ from a usual request
        self,
        body: str,
        *,
        path: str,
        method: str = "POST",
        signature: Sign | None = SigV4Auth,
        credentials: Credentials | None = None,
        change: Callable[[AWSRequest], None] = lambda _: None,
    ) -> Seen:
        """Send a body as it is, signed in one way or not at all and then changed, and return the answer."""
        self.pace.wait()
        url = f"{self.endpoint.control_plane_url}{path}"
        request = AWSRequest(method, url, {"Content-Type": "application/json"}, body.encode())
        if signature:
            signature(credentials or self._credentials(), "ivschat", self.endpoint.region).add_auth(request)
        change(request)
        answer = URLLib3Session(proxies={} if self.endpoint.url else None).send(request.prepare())
        return self._raw_answer(answer.status_code, answer.headers, answer.text)

    def _credentials(self) -> Credentials:
        credentials = self.endpoint.session().get_credentials()
        if credentials is None:
            msg = "there are no AWS credentials: set AWS_PROFILE, or use --profile"
            raise Unanswered(msg)
        return credentials

    def _raw_answer(self, status: int, headers: Mapping[str, str], text: str) -> Seen:
        try:
            members = json.loads(text or "{}")
        except ValueError:
            members = {"message": text[:200]}
        code = str(headers.get(_ERROR_HEADER) or members.get("__type") or members.get("code") or "")
        message = members.get("message") or members.get("Message")
        self._see(members)
        if status >= _REFUSED and message:
            self.texts.append(str(message))
        return Seen(status, code.partition(":")[0].rpartition("#")[2] if status >= _REFUSED else "", members)

    def _refused(self, response: Mapping[str, Any]) -> Seen:
        error, about = response.get("Error", {}), response.get("ResponseMetadata", {})
        members = {name: value for name, value in response.items() if name not in {"Error", "ResponseMetadata"}}
        self.texts.append(str(error.get("Message", "")))
        self._see(members)
        return Seen(about.get("HTTPStatusCode", 0), error.get("Code", ""), {"message": error.get("Message"), **members})

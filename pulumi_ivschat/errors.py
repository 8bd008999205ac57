"""
The errors that people see: a line with what failed, a line with what to do.

    IvsChatError
    ├── SettingsError             the stack's configuration, or a setting given in code
    ├── CredentialsError          none found, incomplete, expired, or not accepted
    ├── UnreachableError          no answer from the endpoint
    │   └── LostAnswer            sent, and no whole answer: it may have been done
    ├── AccessDenied ─ PendingVerification
    ├── Conflict
    ├── InternalServerError
    ├── ResourceNotFound
    ├── ServiceQuotaExceeded
    ├── Throttling
    ├── FailedState               AWS could not finish what it had begun
    ├── TimedOut                  not finished within a time limit
    ├── DamagedState              the state of a stack does not fit the resource
    ├── TagTaken                  a tag set would take over somebody else's key
    ├── Refused                   the application's own rule: no chat token for this user
    └── Invalid                   AWS refused a value, or would

Facts are attributes; `str()` renders them, with an escape for each character that would act on a terminal. No error holds a
token, a secret or a traceback of somebody else's.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Final

from pulumi_ivschat.plain_text import plain, plain_lines

if TYPE_CHECKING:
    from typing_extensions import Self


class IvsChatError(Exception):
    """
    The base of all errors that this package raises.

    Attributes:
        message: what is wrong, in AWS's own words if they are AWS's.
        operation: the API operation that failed, or "".
        subject: the ARN or name it was about, or "".
        code: AWS's error code, or "".
        remedy: what to do about it, or "".
        retryable: whether the same call may succeed later.
    """

    remedy_template: ClassVar[str] = ""
    retryable: ClassVar[bool] = False

    def __init__(
        self, message: str, *, operation: str = "", subject: str = "", code: str = "", remedy: str = ""
    ) -> None:
        super().__init__(message)
        self.message = message
        self.operation = operation
        self.subject = subject
        self.code = code
        on = f" on {subject}" if subject.startswith("arn:") else ""
        self.remedy = remedy or self.remedy_template.format(operation=operation, subject=subject or "it", on=on)

    def evolved(self, **facts: str) -> Self:
        """Return an error of the same class that has other *facts* (`message`, `operation`, `subject`, `code`, `remedy`)."""
        error = type(self).__new__(type(self))  # a copy would call constructors, which take other arguments
        vars(error).update({**vars(self), **facts})
        error.args = (error.message,)
        return error

    def __str__(self) -> str:
        where = " ".join(filter(None, (self.operation, self.subject)))
        facts = ": ".join(filter(None, (where, self.code, self.message)))
        return plain_lines("\n".join(filter(None, (facts, self.remedy))))


class SettingsError(IvsChatError):
    """
    Raised when the stack configuration, or a setting given in code, is not usable.

    Correct the setting or file that the message names.
    """


class CredentialsError(IvsChatError):
    """Raised when AWS credentials are missing, incomplete, expired or not accepted."""

    remedy_template = (
        "Check the AWS credentials this process sees (`aws sts get-caller-identity`; environment, profile or role). "
        "If they have expired, sign in again. Then run the same command again."
    )


class UnreachableError(IvsChatError):
    """
    Raised when the endpoint gives no answer.

    Check the network, the proxy, the region and `ivschat:endpointUrl`. The message names the endpoint.
    """

    retryable = True


class LostAnswer(UnreachableError):
    """Raised when a call went out and no whole answer came back: AWS may have done what it asked for."""

    remedy_template = "AWS may or may not have carried out the call. Check the network, then run the command again."


class AccessDenied(IvsChatError):
    """Raised when IAM does not allow the operation."""

    remedy_template = "Allow ivschat:{operation}{on} in the IAM policy of these credentials, then run again."


class PendingVerification(AccessDenied):
    """Raised while AWS has not verified the account for this service."""

    remedy_template = "AWS has not verified this account for IVS Chat yet: ask AWS Support, then run again."


class Conflict(IvsChatError):
    """Raised when the resource is in use, or being changed by somebody else."""

    remedy_template = "Something else uses or changes {subject}: run again when that is over."
    retryable = True


class InternalServerError(IvsChatError):
    """Raised when AWS fails on its side."""

    remedy_template = "AWS failed on its side; nothing to change here. Run again."
    retryable = True


class ResourceNotFound(IvsChatError):
    """Raised when the resource, or one it names, does not exist in this account and region."""

    remedy_template = (
        "Check account and region. If {subject} was deleted outside Pulumi, `pulumi up --refresh` recreates it."
    )


class ServiceQuotaExceeded(IvsChatError):
    """Raised when the account holds as many of these as its quota allows."""

    remedy_template = "Delete what is not used, or raise the quota of Amazon IVS Chat in AWS's Service Quotas console."


class Throttling(IvsChatError):
    """Raised when AWS still refuses for too many requests after all retries."""

    remedy_template = (
        "Too many requests a second in this account and region, here or elsewhere. Run again; "
        "a stack in a busy account may have more attempts (ivschat:maxAttempts)."
    )
    retryable = True


class FailedState(IvsChatError):
    """
    Raised when AWS took an order, and then ended in a failed state (`code`) instead of carrying it out.

    Check the destination that the message names, and the permissions there. Then run `pulumi up` again.
    """


class TimedOut(IvsChatError):
    """
    Raised when AWS had not carried out an order within the time limit, or when no time was left to send a call.

    Run the same command again to go on, or allow more time with `timeout_seconds` (with `customTimeouts` in the native plug-in).
    """

    retryable = True


class DamagedState(IvsChatError):
    """
    Raised when the state of a stack does not fit the resource, for example after an edit by hand.

    Nothing was changed. Correct the state, or remove the resource from it and import it again.
    """

    remedy_template = (
        "Correct it with `pulumi stack export`, an editor and `pulumi stack import`. Or remove the resource from the state "
        "(`pulumi state delete`), and import the right one."
    )


class TagTaken(IvsChatError):
    """
    Raised when a tag set would take over a key that has another value already.

    Leave the key to its owner, or take it over with `overwrite=True`.
    """


class Refused(IvsChatError):
    """
    Raised when the application's own rule gives a user no chat token.

    Answer the user's request with 403. The rule is `refuse` of the `TokenIssuer`.
    """


class Invalid(IvsChatError):
    """
    Raised when AWS refuses a value, or would.

    Correct the property that the message names. `pulumi preview` reports all of a resource together.
    """


CLASSES_BY_CODE: Final[Mapping[str, type[IvsChatError]]] = {
    "AccessDeniedException": AccessDenied,
    "AccessDenied": AccessDenied,
    "ConflictException": Conflict,
    "InternalServerException": InternalServerError,
    "PendingVerification": PendingVerification,
    "ResourceNotFoundException": ResourceNotFound,
    "ServiceQuotaExceededException": ServiceQuotaExceeded,
    "ThrottlingException": Throttling,
    "TooManyRequestsException": Throttling,
    "ValidationException": Invalid,
    "AuthFailure": CredentialsError,
    "ExpiredTokenException": CredentialsError,
    "ExpiredToken": CredentialsError,
    "RequestExpired": CredentialsError,
    "IncompleteSignatureException": CredentialsError,
    "InvalidAccessKeyId": CredentialsError,
    "InvalidClientTokenId": CredentialsError,
    "InvalidSignatureException": CredentialsError,
    "MissingAuthenticationTokenException": CredentialsError,
    "SignatureDoesNotMatch": CredentialsError,
    "UnrecognizedClientException": CredentialsError,
}


@contextlib.contextmanager
def looking_up() -> Iterator[None]:
    """Advise to check the ARN if a resource is not found: nothing recreates a resource that a program only looks up."""
    try:
        yield
    except ResourceNotFound as error:
        raise error.evolved(remedy="Check the ARN, the account and the region.") from None


def bug(error: BaseException) -> IvsChatError:
    """
    Return the error for an exception that this package did not expect: its type and its place in the code.

    Its words may have a secret, so only those of the operating system are shown.
    """
    words = f" ({error.strerror})" if isinstance(error, OSError) and error.strerror else ""
    message = f"{type(error).__name__}{words} at {_place(error)}"
    return IvsChatError(message, remedy="This is a bug in pulumi_ivschat: please report it.")


def _place(error: BaseException) -> str:
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return "an unknown place"
    code = trace.tb_frame.f_code
    return f"{Path(code.co_filename).name}:{trace.tb_lineno} ({code.co_name})"


def from_answer(answer: Mapping[str, Any], operation: str, subject: str) -> IvsChatError:
    """
    Return the error for AWS's error answer.

    *answer* is what botocore keeps in `ClientError.response`: `Error` {Code, Message} and the modelled members
    (`fieldList`, `limit`) at the top.
    """
    error = answer.get("Error", {})
    code = plain(error.get("Code", ""))
    fields = [f"{field.get('name')}: {field.get('message')}" for field in answer.get("fieldList") or ()]
    limit = [f"limit {answer['limit']}"] if "limit" in answer else []
    message = "; ".join(filter(None, [error.get("Message", ""), *fields, *limit]))
    message = " ".join(message.split())[:_OF_A_MESSAGE]
    if code.isdigit():  # botocore gives the status, and a page as the message, if the answer is not an error of AWS's
        message = f"this is not an answer of AWS's: {message[:_OF_A_PAGE]}"
    server_side = answer.get("ResponseMetadata", {}).get("HTTPStatusCode", 0) >= _SERVER_SIDE
    kind = CLASSES_BY_CODE.get(code, InternalServerError if server_side else IvsChatError)
    return kind(message, operation=operation, subject=subject, code=code, remedy=_remedy(code, message))


def _remedy(code: str, message: str) -> str:
    if denied := re.search(_DENIED, message):
        # Creating something with tags needs TagResource, so the action need not be the operation.
        access = f"{denied['action']} on {denied['resource']}"
        if "explicit deny" in message:
            return f"An IAM policy denies {access}: take that out, or use other credentials, then run again."
        return f"Allow {access} in the IAM policy of these credentials, then run again."
    if code.isdigit() and int(code) < _SERVER_SIDE:
        return "Something answers in AWS's place: check the network (a proxy), and ivschat:endpointUrl if it is set."
    if code == "InvalidSignatureException" and "region" in message:
        return (
            "The endpoint serves another region: check ivschat:region, or the region in the ARN; "
            "and ivschat:endpointUrl if it is set."
        )
    if code == "InvalidSignatureException" and ("expired" in message or "not yet current" in message):
        return "Set this machine's clock: AWS accepts five minutes of difference."
    return ""


_SERVER_SIDE: Final = 500
_DENIED: Final = r"is not authorized to perform: (?P<action>\S+) on resource: (?P<resource>\S+)"
_OF_A_PAGE: Final = 60
_OF_A_MESSAGE: Final = 2000

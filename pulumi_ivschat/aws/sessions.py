"""
Credentials of AWS sessions: without a question to anybody, within a time limit, or an error of ours.

botocore asks for an MFA code on the terminal, or reads it from stdin; a `credential_process` inherits stdin. Nobody can answer
in a provider, a program or a server. Pulumi's engine holds the provider's stdin open, so such a read never ends.
"""

from __future__ import annotations

import functools
import os
import signal
import subprocess
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final, NoReturn

import attrs

from pulumi_ivschat.aws.deadlines import LIMITS, within
from pulumi_ivschat.aws.error_translation import Origin, of_configuration
from pulumi_ivschat.errors import IvsChatError

if TYPE_CHECKING:
    from botocore.session import Session

_SHARE_OF_A_PROCESS: Final = 0.9
"""How much of the time limit a credential_process has, so that it is killed before the caller gives up."""


@attrs.frozen
class Credentials:
    """The credentials that AWS's chain finds for a session, each time after at most *limit* seconds."""

    session: Session
    origin: Origin
    limit: float = LIMITS.credentials

    def load(self) -> None:
        """Load the credentials, if there are any. Raises CredentialsError, or SettingsError for an unusable configuration."""
        self._act(self._load, "")

    def renew(self, **_: Any) -> None:
        """Renew credentials that expire; handles botocore's event before each call."""
        found: Any = self.session.get_credentials()
        if found is not None and hasattr(found, "refresh_needed") and found.refresh_needed():
            self._act(found.get_frozen_credentials, found.method)

    def _load(self) -> None:
        _ask_nobody(self.session, self.limit * _SHARE_OF_A_PROCESS)
        self.session.get_credentials()

    def _act(self, act: Callable[[], object], method: str) -> None:
        try:
            within(self.limit, act)
        except IvsChatError:
            raise
        except Exception as error:  # noqa: BLE001  whatever it is, people get an error of ours
            raise of_configuration(error, self.origin, method) from None


def _ask_nobody(session: Session, seconds: float) -> None:
    """Replace what waits for a person in the providers of a session; botocore has no option for it."""
    chain: Any = session.get_component("credential_provider")
    popen = functools.partial(_Process, seconds=seconds)
    chain.get_provider("custom-process")._popen = popen  # noqa: SLF001
    assume_role = chain.get_provider("assume-role")
    assume_role._prompter = _refuse  # noqa: SLF001
    builder = assume_role._profile_provider_builder  # noqa: SLF001  makes those of each source_profile
    create = builder._create_process_provider  # noqa: SLF001

    def create_process_provider(*args: Any, **options: Any) -> Any:
        provider = create(*args, **options)
        provider._popen = popen  # noqa: SLF001
        return provider

    builder._create_process_provider = create_process_provider  # noqa: SLF001


def _refuse(prompt: str) -> NoReturn:
    from botocore.exceptions import RefreshWithMFAUnsupportedError  # noqa: PLC0415  loaded by now

    del prompt
    raise RefreshWithMFAUnsupportedError


class _Process(subprocess.Popen[bytes]):
    """A credential_process that has no stdin and no terminal, and *seconds* to answer."""

    def __init__(self, command: list[str], *, seconds: float, **options: Any) -> None:
        self._seconds = seconds
        if not command:
            msg = "the command is empty"
            raise ValueError(msg)
        super().__init__(command, stdin=subprocess.DEVNULL, start_new_session=True, **options)

    def communicate(self, *_: Any, **__: Any) -> tuple[bytes, bytes]:
        """
        Return what it prints on stdout and stderr; the second is never empty, and is UTF-8.

        After its time, kill it and its children, and raise TimeoutError.
        """
        try:
            answer, reason = super().communicate(timeout=self._seconds)
        except subprocess.TimeoutExpired:
            self._kill_with_children()
            with self:  # closes its pipes, and waits for its end
                pass
            msg = f"it had not ended after {self._seconds:g} s"
            raise TimeoutError(msg) from None
        shown = reason.decode(errors="replace").strip() or f"it ended with exit code {self.returncode}"
        return answer, shown.encode()

    def _kill_with_children(self) -> None:
        if hasattr(os, "killpg"):
            os.killpg(self.pid, signal.SIGKILL)
        else:  # Windows has no process groups
            self.kill()

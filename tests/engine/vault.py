"""
A server that answers the CLI as a Vault does that keeps the keys of stacks.

To derive a key from a passphrase, Pulumi runs a million rounds of PBKDF2 in every command: about 30 % of the processor time of an
`up` with one room. So the stacks of tests that are not about passphrases have a key that this server keeps. It hides nothing.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final

PROVIDER: Final = "hashivault://tests"
"""The secrets provider of such a stack."""

_PREFIX: Final = "vault:v1:"


class _Transit(BaseHTTPRequestHandler):
    """`encrypt` and `decrypt` of Vault's transit engine, with the plain text for a ciphertext."""

    def do_PUT(self) -> None:
        """Answer a call."""
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if "/encrypt/" in self.path:
            answer = {"ciphertext": _PREFIX + asked["plaintext"]}
        else:
            answer = {"plaintext": asked["ciphertext"].removeprefix(_PREFIX)}
        body = json.dumps({"data": answer}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the base class's name
        """Log nothing."""


@contextmanager
def running_vault() -> Iterator[dict[str, str]]:
    """Run the server; hand out the environment in which the CLI finds it."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Transit) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield {"VAULT_ADDR": f"http://127.0.0.1:{server.server_port}", "VAULT_TOKEN": "of-tests"}
        server.shutdown()
        thread.join()

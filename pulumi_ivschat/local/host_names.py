"""
The names under which a client may reach the service: what it may say in `Host`.

A page whose name is rebound to this machine sends its own name there. The names of the loopback address cannot be rebound, so
they are accepted. Any port is accepted with them, since a port mapping, an ssh tunnel or a proxy changes the port. Other names
must be allowed.
"""

from __future__ import annotations

import functools
import ipaddress
import re
from collections.abc import Collection
from typing import Final

LOOPBACK: Final = "127.0.0.1"
_HOST: Final = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9_.-]+)(:[0-9]{0,5})?")
_LABEL: Final = "[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
_NAME: Final = re.compile(rf"{_LABEL}(\.{_LABEL})*")
_ANY_SUBDOMAIN: Final = "*."


def refusal(hosts: Collection[str], allowed: Collection[str]) -> str | None:
    """Return why a request with these Host headers is refused, or None; *allowed* are names that `allowed` returned."""
    name = _name(*hosts) if len(hosts) == 1 else None
    if name is None:
        return "A request to the local service must have one Host header that is a name or an address"
    if is_loopback(name) or _is_among(name, allowed):
        return None
    return f"{name} is not a known name of the local service. Start it with --allowed-host {name} to accept this name."


@functools.lru_cache(maxsize=64)
def is_loopback(name: str) -> bool:
    """Return whether a name or address is this machine's own: `localhost` and its subdomains, 127.0.0.0/8, ::1."""
    address = _address(name)
    if address is not None:
        return address.is_loopback
    return f".{_canonical(name)}".endswith(".localhost")


def is_allowed(host: str, allowed: Collection[str]) -> bool:
    """Return whether a Host header names one of *allowed*, a subdomain of a `*.` name included."""
    name = _name(host)
    return name is not None and _is_among(name, allowed)


def allowed(text: str) -> str:
    """Return the canonical form of a name to accept: a host name, `*.NAME` or an address; raise ValueError."""
    if text == "*":
        msg = "* would accept every name, and so let the pages of every site in; name the host, or *.DOMAIN"
        raise ValueError(msg)
    name = text.removeprefix(_ANY_SUBDOMAIN)
    if name != text and _address(name) is None:
        return _ANY_SUBDOMAIN + listening(name)
    return listening(text)


def listening(text: str) -> str:
    """Return the canonical form of a host name or an address; raise ValueError for anything else."""
    canonical = _canonical(_in_ascii(text))
    if _address(text) is None and not _NAME.fullmatch(canonical):
        msg = f"{text!r} is not a host name or an address; write it without scheme, port and path, such as chat or 10.0.2.2"
        raise ValueError(msg)
    return canonical


def url(address: str, port: int) -> str:
    """Return the URL under which this machine reaches a service that listens on an address."""
    reachable = LOOPBACK if is_unspecified(address) else address
    return f"http://[{reachable}]:{port}" if ":" in reachable else f"http://{reachable}:{port}"


def is_unspecified(name: str) -> bool:
    """Return whether an address means all addresses of this machine: 0.0.0.0 or ::."""
    address = _address(name)
    return address is not None and address.is_unspecified


def _is_among(name: str, allowed: Collection[str]) -> bool:
    return any(name.endswith(each[1:]) if each.startswith(_ANY_SUBDOMAIN) else name == each for each in allowed)


@functools.lru_cache(maxsize=64)
def _name(host: str) -> str | None:
    found = _HOST.fullmatch(host)
    return _canonical(found[1]) if found else None


def _canonical(name: str) -> str:
    return str(_address(name) or name.lower().removesuffix("."))


def _in_ascii(name: str) -> str:
    """Return a name as clients write it in Host: `chät` is `xn--cht-rla`. Other names stay as they are."""
    try:
        return name.encode("idna").decode()
    except UnicodeError:
        return name


def _address(name: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        address = ipaddress.ip_address(name.removeprefix("[").removesuffix("]"))
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address

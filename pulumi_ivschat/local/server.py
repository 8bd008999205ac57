"""Runs the local service, on 127.0.0.1 unless another address is asked for, until it is stopped."""

from __future__ import annotations

import asyncio
import errno
import functools
import os
import resource
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Final

import attrs
import uvicorn

from pulumi_ivschat.local import data_directory, discovery, host_names, service_log
from pulumi_ivschat.local.app import create_app
from pulumi_ivschat.local.connections import TrackedProtocol
from pulumi_ivschat.local.data_directory import LocalServiceError, Running
from pulumi_ivschat.local.handlers import HandlerError
from pulumi_ivschat.local.service import Identity, Service
from pulumi_ivschat.local.settings import Settings
from pulumi_ivschat.local.store import Store, StoreError
from pulumi_ivschat.local.websocket import MessagingSocket

_LARGEST_PORT: Final = 65535
_LAST_REQUESTS: Final = 3
_TICKS_OF_A_SECOND: Final = 10


@attrs.frozen
class Place:
    """
    Where a service runs: its data directory (None: in memory), its port and the address that it listens on.

    Port 0 is any free one; None is the one that the directory's service had last, if it is free.
    """

    data: Path | None
    port: int | None = None
    host: str = host_names.LOOPBACK


def _never() -> bool:
    return False


def serve(
    place: Place, settings: Settings, announce: Callable[[Running], None], over: Callable[[], bool] = _never
) -> None:
    """
    Serve until SIGTERM or SIGINT, or until *over*, which is called every second, returns true.

    *announce* is called once requests are answered. Raises LocalServiceError.
    """
    with ExitStack() as stack:
        if place.data is not None or settings.logs is not None:
            os.umask(0o077)
        if place.data is not None:
            data_directory.make_directory(place.data)
            over = _watched(place.data, stack.enter_context(discovery.serving(place.data)), over)
        bound = stack.enter_context(_bound(place))
        service = stack.enter_context(_service(place, _with_own_names(settings, place, bound)))
        running = _running(service, bound)

        def served() -> None:
            if place.data is not None:
                _remember_port(place.data, bound.getsockname()[1])
                stack.enter_context(data_directory.announced(running))
            announce(running)

        _run(service, bound, served, over)


def _watched(data: Path, removed: Callable[[], bool], over: Callable[[], bool]) -> Callable[[], bool]:
    """Return a function that keeps the log short, and returns true once the directory has been removed, or if *over* does."""

    def watched() -> bool:
        service_log.rotate(data)
        return removed() or over()

    return watched


@contextmanager
def _service(place: Place, settings: Settings) -> Iterator[Service]:
    try:
        store = Store(place.data / "store.sqlite" if place.data else None)
    except StoreError as error:
        raise LocalServiceError(str(error)) from error
    if place.data is not None and settings.logs is None:
        settings = attrs.evolve(settings, logs=place.data / "logs")
    service = Service(store, settings, identity=Identity(data=str(place.data) if place.data else None))
    try:
        yield service
    finally:
        service.close()


@contextmanager
def _bound(place: Place) -> Iterator[socket.socket]:
    family, address = _resolved(place.host)
    # With the protocol named, asyncio switches Nagle's algorithm off; otherwise an answer takes 40 ms.
    with socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP) as bound:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            bound.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)  # `::` is every address, IPv4 too
        _bind(bound, address, place)
        yield bound


def _resolved(host: str) -> tuple[socket.AddressFamily, str]:
    try:
        found = socket.getaddrinfo(host, 0, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except (OSError, UnicodeError) as error:
        msg = f"the address {host} cannot be used: {getattr(error, 'strerror', None) or error}"
        raise LocalServiceError(msg) from error
    family, *_, address = min(found, key=lambda each: each[0] != socket.AF_INET)
    return family, str(address[0])


def _bind(bound: socket.socket, address: str, place: Place) -> None:
    port = _last_port(place.data) if place.port is None else place.port
    try:
        try:
            bound.bind((address, port))
        except OSError:
            if place.port is not None:
                raise
            bound.bind((address, 0))
    except OSError as error:
        remedy = "; --port 0 takes a free one" if place.port and error.errno != errno.EADDRNOTAVAIL else ""
        msg = f"port {port} of {address} cannot be used: {error.strerror}{remedy}"
        raise LocalServiceError(msg) from error


def _last_port(data: Path | None) -> int:
    try:
        port = int((data / "port").read_text(encoding="utf-8")) if data else 0
    except (OSError, ValueError):
        return 0
    return port if 0 <= port <= _LARGEST_PORT else 0


def _remember_port(data: Path, port: int) -> None:
    with data_directory.writing(data / "port"):
        (data / "port").write_text(str(port), encoding="utf-8")


def _with_own_names(settings: Settings, place: Place, bound: socket.socket) -> Settings:
    """Accept the name and the address that the service listens on, if these are one address that others can reach."""
    address = bound.getsockname()[0]
    if host_names.is_loopback(address) or host_names.is_unspecified(address):
        return settings
    return attrs.evolve(settings, allowed_hosts=(*settings.allowed_hosts, place.host, address))


def _running(service: Service, bound: socket.socket) -> Running:
    return Running(
        url=host_names.url(*bound.getsockname()[:2]),
        pid=os.getpid(),
        instance=service.identity.instance,
        version=service.identity.version,
        data=service.identity.data or "",
    )


def config(service: Service) -> uvicorn.Config:
    """Return what uvicorn serves a service with: HTTP by the application, WebSockets by the messaging socket."""
    return uvicorn.Config(
        create_app(service),
        http=functools.partial(TrackedProtocol, service.settings.slowest_request),  # type: ignore[arg-type]  # as ws below
        ws=functools.partial(MessagingSocket, service),  # type: ignore[arg-type]  # called as a class is
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,  # X-Forwarded-For would replace the address by which a connection is found
        timeout_keep_alive=75,
        timeout_graceful_shutdown=_LAST_REQUESTS,
    )


def _run(service: Service, bound: socket.socket, served: Callable[[], None], removed: Callable[[], bool]) -> None:
    _allow_many_connections()
    server = _Server(config(service), served, removed, service.feed.close)
    # uvicorn takes these signals over while it serves, stops in good order, and then raises them again.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: setattr(server, "should_exit", True))
    try:
        asyncio.run(_serve(server, service, bound))
    except HandlerError as error:
        raise LocalServiceError(error.reason) from error


async def _serve(server: _Server, service: Service, bound: socket.socket) -> None:
    """Load the review handlers, and serve; nothing listens before they are loaded, and they end with the service."""
    try:
        await service.reviewers.start()
        await server.serve(sockets=[bound])
    finally:
        await service.reviewers.close()


def _allow_many_connections() -> None:
    """Raise this process's own limit of open files to what it may be."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    with suppress(ValueError, OSError):  # where the system allows less than it says
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


class _Server(uvicorn.Server):
    def __init__(
        self,
        config: uvicorn.Config,
        served: Callable[[], None],
        removed: Callable[[], bool],
        stopping: Callable[[], None],
    ) -> None:
        super().__init__(config)
        self._served = served
        self._removed = removed
        self._stopping = stopping

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._served()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._stopping()
        await super().shutdown(sockets)

    async def on_tick(self, counter: int) -> bool:
        if counter % _TICKS_OF_A_SECOND == 0 and self._removed():
            self.should_exit = True
        return await super().on_tick(counter)

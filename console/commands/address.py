"""The port: free before we start, answering after."""

from __future__ import annotations

import http.client
import socket
import time
from collections.abc import Mapping

import click

PATIENCE = 8.0  # seconds: the web server of a killed run needs a moment to notice and end


def check_port_is_free(values: Mapping[str, object]) -> None:
    """Refuse with a hint when another program holds the port, before anything is started."""
    until = time.monotonic() + PATIENCE
    while not _free(str(values["HOST"]), int(str(values["PORT"]))):
        if time.monotonic() > until:
            raise click.ClickException(f"端口 {values['PORT']} 已被其他程序占用；可换一个端口，如 make run PORT=8001")
        time.sleep(0.2)


def _free(host: str, port: int) -> bool:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def loopback_address(values: Mapping[str, object]) -> tuple[str, int]:
    """Host and port by which this machine reaches the web server."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(str(values["HOST"]), str(values["HOST"]))  # noqa: S104 compared
    return host, int(str(values["PORT"]))


def answers(address: tuple[str, int]) -> bool:
    """Whether the web server answers /health with anything but an error of its own."""
    connection = http.client.HTTPConnection(*address, timeout=5)
    try:
        connection.request("GET", "/health")
        return connection.getresponse().status < 500
    except OSError:
        return False
    finally:
        connection.close()

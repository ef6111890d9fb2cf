"""The TCP connections of a server, as the kernel lists them."""

from __future__ import annotations

from pathlib import Path

ESTABLISHED = "01"


def client_ports(server_port: int) -> set[int]:
    """Of the clients on this machine that are connected to the port: proc(5), /proc/net/tcp."""
    ports = set()
    for table in ("tcp", "tcp6"):
        path = Path("/proc/net") / table
        lines = path.read_text().splitlines()[1:] if path.exists() else []
        for line in lines:
            local, remote, state = line.split()[1:4]
            if state == ESTABLISHED and int(local.rsplit(":", 1)[1], 16) == server_port:
                ports.add(int(remote.rsplit(":", 1)[1], 16))
    return ports

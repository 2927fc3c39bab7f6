"""Addresses as counters know them: a household or an office, not one machine (SECURITY.md 3c)."""

from __future__ import annotations

import ipaddress

V4_PREFIX = 24
V6_PREFIX = 64


def network_of(address: str) -> str:
    """The /24 (IPv6: /64) an address belongs to, e.g. ``203.0.113.0/24``; ``unknown`` for what is no address."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped is not None:
        found = found.ipv4_mapped
    prefix = V4_PREFIX if found.version == 4 else V6_PREFIX
    return str(ipaddress.ip_network(f"{found}/{prefix}", strict=False))

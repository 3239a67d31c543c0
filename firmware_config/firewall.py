"""The packet filter (nft(8)): what a role needs from the office's own networks, and nothing else comes in."""

from __future__ import annotations

from firmware_config.device import Device

_TABLE = """\
#!/usr/sbin/nft -f
# Written by Motcua from the device's description. Changes here are lost.
flush ruleset

table inet motcua {{
    set office {{
        type ipv4_addr
        flags interval
        elements = {{ {networks} }}
    }}

    chain input {{
        type filter hook input priority filter; policy drop;
        iifname "lo" accept
        ct state established,related accept
        ct state invalid drop
        # A neighbour's question who we are, an answer of the office's DHCP server, a ping by a technician.
        icmpv6 type {{ nd-neighbor-solicit, nd-neighbor-advert, nd-router-advert }} accept
        udp sport 67 udp dport 68 accept
        ip saddr @office icmp type echo-request limit rate 5/second accept
{ports}    }}

    chain forward {{
        type filter hook forward priority filter; policy drop;
    }}

    chain output {{
        type filter hook output priority filter; policy accept;
    }}
}}
"""


def listening(device: Device) -> dict[int, str]:
    """What may be reached from the network: port → what it is. Nothing else listens beyond loopback."""
    ports: dict[int, str] = {}
    if device.has_broker:
        ports[device.broker_port] = "the broker, by certificate"
    if device.serves:
        ports[device.console_port] = "the officers' console"
        ports[device.public_port] = "the page to follow a ticket"
    if device.ssh:
        ports[22] = "a technician's SSH, by key"
    ports.pop(0, None)
    return ports


def nftables(device: Device) -> str:
    """The text of ``/etc/nftables.conf``."""
    networks = ", ".join(str(one) for one in device.networks)
    ports = "".join(
        f"        # {about}\n        ip saddr @office tcp dport {port} ct state new accept\n"
        for port, about in sorted(listening(device).items())
    )
    return _TABLE.format(networks=networks, ports=ports)

"""Where a mail server may be: anywhere but at addresses that are no servers of a firm.

Whoever sets up a mailbox names its server, and we connect to it from inside the firm's network. Private networks and
this machine stay open, for relays stand there; addresses of the link alone do not, where clouds keep the
credentials of the machine, nor those of many or of none.
"""

import ipaddress
import socket

# Where clouds keep credentials at addresses that look like others.
OF_CLOUDS = ("100.100.100.200", "168.63.129.16", "fd00:ec2::254")


class NoServer(OSError):
    """The name leads to an address at which no mail server of a firm is."""


def check(host: str, port: int) -> None:
    """Raises NoServer when any address of the name is none we connect to, OSError when there is none at all."""
    for *_more, address in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
        found = ipaddress.ip_address(str(address[0]).partition("%")[0])
        real = getattr(found, "ipv4_mapped", None) or found
        if real.is_link_local or real.is_multicast or real.is_unspecified or str(real) in OF_CLOUDS:
            raise NoServer(f"{host} is at {real}, which is no address of a mail server")

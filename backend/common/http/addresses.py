"""Where a request comes from, as far as it can be known."""

from functools import lru_cache
from ipaddress import IPv6Address, ip_address

from django.conf import settings
from django.http import HttpRequest


def address_of(request: HttpRequest) -> str:
    """The network address of the caller; for IPv6 the /64 that one household has, empty when it cannot be read.

    X-Forwarded-For is believed only as far as our own proxies wrote it: settings.TRUSTED_PROXIES entries from its
    end, none by default. What stands before is what the caller claims.
    """
    forwarded = [part for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if part.strip()]
    trusted = settings.TRUSTED_PROXIES
    text = forwarded[-trusted] if 0 < trusted <= len(forwarded) else request.META.get("REMOTE_ADDR", "")
    return _normal(text)


@lru_cache(maxsize=1_000)
def _normal(text: str) -> str:
    try:
        address = ip_address(text.strip().strip("[]"))
    except ValueError:
        return ""
    if isinstance(address, IPv6Address):
        mapped = address.ipv4_mapped
        return str(mapped or IPv6Address(int(address) >> 64 << 64))
    return str(address)

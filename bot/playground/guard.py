"""Turns a request's headers into whether it may pass: only this machine, only our own pages. Pure.

A web page elsewhere can make a browser call 127.0.0.1, and a name can be re-pointed to it (DNS
rebinding). So the Host must be ours, and whatever a browser says of the origin must be ours too.
"""

from collections.abc import Mapping

OWN_SITES = frozenset({"same-origin", "none"})


def may_pass(headers: Mapping[str, str], path: str, port: int) -> bool:
    """Tell whether a request may be served; only pages to look at may be opened from elsewhere."""
    hosts = {f"127.0.0.1:{port}", f"localhost:{port}"}
    host = headers.get("Host", "")
    if host not in hosts or headers.get("Origin", f"http://{host}") != f"http://{host}":
        return False
    if headers.get("Sec-Fetch-Site", "none") in OWN_SITES:
        return True
    looked_at = path in ("/", "/oauth/v2/authorize") or path.startswith("/samples/")
    return looked_at and headers.get("Sec-Fetch-Mode") == "navigate"

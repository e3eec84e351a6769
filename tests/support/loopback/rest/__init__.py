"""The REST API: routes, checks and error codes."""

from tests.support.loopback.rest.router import Rest

__all__ = ["Rest"]

"""Header names and values that the table offers while one is typed (RFC 9110, RFC 9111, what containers ask for)."""

from __future__ import annotations

NAMES = (
    "accept",
    "accept-encoding",
    "accept-language",
    "authorization",
    "cache-control",
    "content-encoding",
    "content-language",
    "content-type",
    "cookie",
    "expect",
    "forwarded",
    "from",
    "idempotency-key",
    "if-match",
    "if-modified-since",
    "if-none-match",
    "if-range",
    "if-unmodified-since",
    "origin",
    "pragma",
    "prefer",
    "priority",
    "range",
    "referer",
    "traceparent",
    "tracestate",
    "user-agent",
    "x-api-key",
    "x-correlation-id",
    "x-forwarded-for",
    "x-forwarded-proto",
    "x-http-method-override",
    "x-request-id",
    "x-requested-with",
)

_MEDIA_TYPES = (
    "application/json",
    "application/x-ndjson",
    "application/problem+json",
    "application/x-www-form-urlencoded",
    "application/xml",
    "application/yaml",
    "application/graphql",
    "application/octet-stream",
    "application/pdf",
    "application/zip",
    "text/plain; charset=utf-8",
    "text/html",
    "text/css",
    "text/csv",
    "text/event-stream",
    "text/markdown",
    "text/xml",
    "image/png",
    "image/jpeg",
    "audio/wav",
)

_VALUES = {
    "accept": ("*/*", *_MEDIA_TYPES),
    "accept-encoding": ("gzip", "identity", "gzip;q=1.0, identity;q=0.5"),
    "accept-language": ("en", "en-US,en;q=0.9", "de", "fr", "*"),
    "authorization": ("Bearer {{token}}", "Basic {{credentials}}"),
    "cache-control": ("no-cache", "no-store", "max-age=0", "only-if-cached", "no-transform"),
    "content-encoding": ("gzip", "identity"),
    "content-type": _MEDIA_TYPES,
    "expect": ("100-continue",),
    "idempotency-key": ("{{$uuid}}",),
    "if-match": ("*",),
    "if-none-match": ("*",),
    "pragma": ("no-cache",),
    "prefer": ("return=minimal", "return=representation", "respond-async"),
    "range": ("bytes=0-99",),
    "x-api-key": ("{{api_key}}",),
    "x-correlation-id": ("{{$uuid}}",),
    "x-forwarded-proto": ("https", "http"),
    "x-http-method-override": ("PUT", "PATCH", "DELETE"),
    "x-request-id": ("{{$uuid}}",),
    "x-requested-with": ("XMLHttpRequest",),
}

_LEXERS = (
    ("json", "json"),
    ("xml", "xml"),
    ("html", "html"),
    ("yaml", "yaml"),
    ("graphql", "graphql"),
    ("markdown", "md"),
    ("css", "css"),
    ("javascript", "js"),
    ("toml", "toml"),
)


def values_for(name: str) -> tuple[str, ...]:
    """Usual values of a header, by its name in any case."""
    return _VALUES.get(name.strip().lower(), ())


def lexer_for(content_type: str) -> str:
    """The Pygments name for a media type, which is also a file suffix; empty for plain text."""
    lowered = content_type.lower()
    return next((lexer for part, lexer in _LEXERS if part in lowered), "")

"""Errors of verbs. Each has a stable code, perhaps a field, and words in Chinese and English."""

from __future__ import annotations

from typing import Any, ClassVar

from gongdan.kernel import messages


class DomainError(Exception):
    """Base of everything a caller can be told.

    `code` is stable and listed in the error catalogue; `field` is the input it is about (dotted
    path); `values` fill the message; `extra` travels as members of the problem document.
    """

    status: ClassVar[int] = 400

    def __init__(self, code: str, *, field: str | None = None, extra: dict[str, Any] | None = None, **values: Any) -> None:
        self.code = code
        self.field = field
        self.values = values
        self.extra = extra or {}
        super().__init__(f"{code} {field or ''} {values or ''}".strip())

    def text(self, locale: str) -> str:
        """The message in `locale` ("zh" or "en") with its values filled in."""
        return messages.text(self.code, locale, {**self.values, "field": self.field or ""})


class Unauthenticated(DomainError):
    """401: nobody is logged in, or the credential has ended."""

    status = 401


class NotAllowed(DomainError):
    """403: the actor may not do this to this object."""

    status = 403


class NotFound(DomainError):
    """404: no such object, or none the actor may see."""

    status = 404


class Conflict(DomainError):
    """409: the object is in another state or version than the caller believed."""

    status = 409


class TooLarge(DomainError):
    """413: the body is larger than allowed."""

    status = 413


class Unsupported(DomainError):
    """415: a body of a type this operation does not take."""

    status = 415


class Invalid(DomainError):
    """422: the input is refused; `field` says where, the text says what to do."""

    status = 422

    @classmethod
    def many(cls, problems: list[dict[str, Any]]) -> Invalid:
        """One error for several fields: [{"field", "code", "zh", "en", …}]."""
        first = problems[0] if problems else {}
        return cls("invalid_fields", field=first.get("field"), extra={"errors": problems})


class PreconditionRequired(DomainError):
    """428: a write that needs `If-Match` or an operation id came without."""

    status = 428


class TooMany(DomainError):
    """429: slow down; `extra["retry_after"]` in seconds."""

    status = 429


class Unavailable(DomainError):
    """503: try again later; nothing was done."""

    status = 503

"""Tags of the portal's templates."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag(takes_context=True)
def word(context: dict[str, Any], key: str) -> str:
    """A word of the page's language by its key."""
    words: dict[str, str] = context["w"]
    return words[key]


@register.simple_tag
def moment(at: datetime) -> SafeString:
    """An instant that carries its zone: for people to the minute, for machines exactly."""
    return format_html('<time datetime="{}">{}</time>', at.isoformat(timespec="seconds"), at.strftime("%Y-%m-%d %H:%M"))

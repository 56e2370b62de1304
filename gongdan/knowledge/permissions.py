"""Permissions of knowledge."""

from gongdan.kernel.permissions import declare

declare({})

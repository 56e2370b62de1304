"""Permissions of desk."""

from gongdan.kernel.permissions import declare

declare({})

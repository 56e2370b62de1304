"""HTTP of knowledge."""

from __future__ import annotations

from gongdan.kernel.http.operations import Router

router = Router("knowledge")

"""Which database a command works on: the environment's, else the running cluster of the data folder."""

from __future__ import annotations

import os
from pathlib import Path

SERVING, OWNER = "GONGDAN_DATABASE_URL", "GONGDAN_OWNER_DATABASE_URL"


class Missing(Exception):
    """The environment does not say what a command needs; the message is one sentence."""


def data_folder() -> Path:
    """The data folder of this installation."""
    return Path(os.environ.get("GONGDAN_DATA", "var"))


def use_own_cluster() -> None:
    """Take the addresses from the data folder's own cluster when the environment names no server.

    So that `gongdan verify-ledger` or `gongdan backup` beside a running `./dev up` needs nothing but the folder.
    """
    if os.environ.get(SERVING) or not (data_folder() / "postgres.json").exists():
        return
    from gongdan.wiring.postgres.cluster import Cluster

    points = Cluster(data_folder()).endpoints()
    os.environ[SERVING] = points.app_url
    os.environ.setdefault(OWNER, points.owner_url)


def address(name: str) -> str:
    """The address in the environment variable `name`. Raises Missing."""
    url = os.environ.get(name)
    if not url:
        role = "the owner role" if name == OWNER else "the serving role"
        raise Missing(f"Set {name} to the database's address as {role}. 请设置环境变量 {name}。")
    return url

"""Django settings from the environment of the process; tenants' settings live in the database (ADR 0013)."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

SLICES = [
    "channels",
    "files",
    "accounts",
    "notify",
    "calendars",
    "workforce",
    "customers",
    "assets",
    "blueprints",
    "orders",
    "knowledge",
    "sla",
    "dispatch",
    "surveys",
    "automation",
    "insight",
    "portal",
    "boards",
    "desk",
    "simulator",
    "onboarding",
]
BASE = Path(__file__).resolve().parent.parent
DATA = Path(os.environ.get("GONGDAN_DATA", BASE.parent / "var"))


def database(url: str) -> dict[str, Any]:
    """Django's database settings from postgresql://user:password@host:port/name?host=/socket/dir."""
    parts = urlsplit(url)
    if parts.scheme not in ("postgresql", "postgres"):
        raise ImproperlyConfigured("GONGDAN_DATABASE_URL must begin with postgresql://")
    query = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.get("host", parts.hostname or ""),
        "PORT": str(parts.port or query.get("port", "")),
        "CONN_MAX_AGE": None,
        # psycopg itself prepares nothing: after a rollback it would deallocate what kernel/pipeline.py has prepared
        "OPTIONS": {"server_side_binding": True, "prepare_threshold": None, "connect_timeout": 5},
    }


# where browsers find the live process (ADR 0022): ":8001/live" at its own port, "/live" behind a proxy; empty: they poll
LIVE = os.environ.get("GONGDAN_LIVE", "/live" if os.environ.get("GONGDAN_PROXIES", "0") != "0" else "")


DATABASES = {"default": database(os.environ.get("GONGDAN_DATABASE_URL", "postgresql://localhost/gongdan"))}
INSTALLED_APPS = ["gongdan.kernel"] + [f"gongdan.{name}" for name in SLICES if (BASE / name / "apps.py").exists()]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
SECRET_KEY = os.environ.get("GONGDAN_SECRET_KEY", "unused: sessions and links are random tokens, not signatures")
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
ROOT_URLCONF = "gongdan.wiring.urls"
ALLOWED_HOSTS = os.environ.get("GONGDAN_HOSTS", "*").split(",")
USE_TZ = True
TIME_ZONE = "UTC"
USE_I18N = True
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
DEBUG = False
MIDDLEWARE = ["django.middleware.security.SecurityMiddleware", "django.middleware.common.CommonMiddleware"]
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "no-referrer"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "DIRS": [],
        "OPTIONS": {},
    },
]
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": os.environ.get("GONGDAN_LOG", "WARNING")},
}
SILENCED_SYSTEM_CHECKS = ["security.W001"]

"""`./dev slice NAME`: a new slice with the files every slice has, passing all checks as it is made."""

from __future__ import annotations

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FILES: dict[str, str] = {
    "__init__.py": '"""{title}: say in one line what it is."""\n',
    "apps.py": '"""Django app of the {name} slice."""\n\nfrom django.apps import AppConfig\n\n\nclass {title}Config(AppConfig):\n    name = "gongdan.{name}"\n    label = "{name}"\n',
    "models.py": '"""Tables of {name}."""\n',
    "messages.py": '"""Words of {name}."""\n\nfrom gongdan.kernel.messages import register\n\nregister({{}})\n',
    "permissions.py": '"""Permissions of {name}."""\n\nfrom gongdan.kernel.permissions import declare\n\ndeclare({{}})\n',
    "schemas.py": '"""Shapes of the {name} API."""\n',
    "rules.py": '"""Pure decisions of {name}."""\n',
    "actions.py": '"""Verbs of {name}: load with lock → permission → rule → write → ledger → emit."""\n',
    "queries.py": '"""Reads of {name}; the first argument is the work, whose actor is asked for permission."""\n',
    "events.py": '"""Facts of {name}."""\n',
    "verbs.py": '"""Verbs of {name} that automation and bulk edit may call."""\n',
    "jobs.py": '"""Background work of {name}; each job is safe to repeat."""\n',
    "routes.py": '"""HTTP of {name}."""\n\nfrom __future__ import annotations\n\nfrom gongdan.kernel.http.operations import Router\n\nrouter = Router("{name}")\n',
    "README.md": "# {name}\n\nPurpose, tables, events in and out, what it must never do. At most 40 lines.\n",
    "migrations/__init__.py": "",
    "tests/__init__.py": "",
}


def make(name: str, package: Path) -> list[Path]:
    """Write the slice; refuses names that say nothing and slices that exist."""
    if not re.fullmatch(r"[a-z][a-z]{2,30}", name):
        raise SystemExit("A slice has a plain name: small letters, 3 to 31 of them.")
    folder = package / name
    if folder.exists():
        raise SystemExit(f"There is a slice {name} already.")
    made = []
    for relative, text in FILES.items():
        path = folder / relative
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text.format(name=name, title=name.title()), encoding="utf-8")
        made.append(path)
    return made


def main() -> int:
    """The command."""
    if len(sys.argv) != 2:
        print("./dev slice NAME")
        return 2
    make(sys.argv[1], ROOT / "gongdan")
    print(f"Made gongdan/{sys.argv[1]}. Now: its row in .importlinter and docs/map.md, its name in wiring/settings.SLICES.")
    return 0


if __name__ == "__main__":
    sys.exit(main())

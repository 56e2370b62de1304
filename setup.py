"""Put the built web faces into the package; everything else about it is in pyproject.toml."""

import shutil
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

DIST = Path(__file__).resolve().parent / "web" / "dist"


class WithWeb(build_py):
    """Copies `web/dist` to `gongdan/wiring/web`, when it was built (`./dev web`)."""

    def run(self) -> None:
        super().run()
        if DIST.exists() and not self.editable_mode:
            shutil.copytree(DIST, Path(self.build_lib) / "gongdan" / "wiring" / "web", dirs_exist_ok=True)


setup(cmdclass={"build_py": WithWeb})

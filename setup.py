"""Everything about the build stands in pyproject.toml but this: the pages of docs/ go into the package.

`/explain` answers from them (core.knowledge.handbook), so an installed Earshot must carry them.
"""

import shutil
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

PAGES = Path("docs")
PACKAGE = Path("core", "docs")


class BuildWithPages(build_py):
    """Copies the pages beside the code; a checkout that is installed editable has them in its own folder."""

    def run(self) -> None:
        """Build, then copy."""
        super().run()
        if self.editable_mode:
            return
        target = Path(self.build_lib, PACKAGE)
        target.mkdir(parents=True, exist_ok=True)
        for page in sorted(PAGES.glob("*.md")):
            shutil.copyfile(page, target / page.name)


setup(cmdclass={"build_py": BuildWithPages})

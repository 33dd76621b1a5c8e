"""The documentation builds as a site without a warning: every link has a target."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.docs.pages import DOCS

CONFIGURATION = DOCS / "site" / "mkdocs.yml"
BUILD_SECONDS = 300


def build(configuration: Path, site: Path) -> subprocess.CompletedProcess[str]:
    """Build the site as `make docs` does, into another folder."""
    return subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "-f", str(configuration), "-d", str(site)],
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},  # noqa: TID251 - the program needs the whole environment
        capture_output=True,
        text=True,
        timeout=BUILD_SECONDS,
        check=False,
    )


@pytest.mark.acceptance
def test_site_builds_and_has_every_page(tmp_path: Path) -> None:
    done = build(CONFIGURATION, tmp_path)
    assert done.returncode == 0, done.stderr
    for page in DOCS.glob("**/*.md"):
        path = page.relative_to(DOCS).with_suffix("")
        built = tmp_path / (path.parent if path.name == "README" else path) / "index.html"
        assert built.is_file(), built
    for added in ("ARCHITECTURE", "CONTRIBUTING", "SECURITY", "examples/service_with_schema.py"):
        assert (tmp_path / "project" / added / "index.html").is_file(), added


@pytest.mark.acceptance
def test_a_broken_link_ends_the_build(tmp_path: Path) -> None:
    docs = tmp_path / "docs"
    (docs / "site").mkdir(parents=True)
    for file in DOCS.glob("site/*.*"):
        shutil.copy(file, docs / "site")
    (docs / "README.md").write_text("# Home\n\n[nowhere](nowhere.md)\n")
    done = build(docs / "site" / "mkdocs.yml", tmp_path / "site")
    assert done.returncode != 0
    assert "nowhere.md" in done.stderr

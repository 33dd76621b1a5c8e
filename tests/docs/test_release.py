"""The way to a release: a workflow, its checklist, and instructions that work before it is published."""

import re
import tomllib
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "contributing" / "release.md").read_text(encoding="utf-8")
WORKFLOW = ROOT / ".github" / "workflows" / "release.yml"


def workflow() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(WORKFLOW.read_text(encoding="utf-8"))
    return found


def project() -> dict[str, Any]:
    found: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return found


def test_index_is_used_only_when_the_owner_wants_it() -> None:
    jobs = workflow()["jobs"]
    (condition,) = {job["if"] for job in jobs.values() if "pypi" in str(job.get("environment"))}
    assert condition == "vars.PUBLISH_TO_PYPI == 'true'"
    assert "PUBLISH_TO_PYPI" in PAGE
    assert "Private :: Do Not Upload" in project()["classifiers"]


def test_each_job_has_the_fewest_rights() -> None:
    jobs = workflow()["jobs"]
    assert workflow()["permissions"] == {"contents": "read"}
    assert {name for name, job in jobs.items() if job["permissions"].get("contents") == "write"} == {"page"}


def test_workflow_uses_files_that_are_there() -> None:
    text = WORKFLOW.read_text(encoding="utf-8")
    files = re.findall(r"requirements/\S+\.txt", text)
    assert files
    assert [each for each in files if not (ROOT / each).is_file()] == []


def test_no_page_installs_from_an_index_without_the_project() -> None:
    texts = {page: page.read_text(encoding="utf-8") for page in (ROOT / "docs").rglob("*.md")}
    wrong = [str(page) for page, text in texts.items() if re.search(r"pip install ['\"]?sluicegate", text)]
    assert [each for each in wrong if not each.endswith("release.md")] == []

"""MkDocs hook: pages of the repository that lie outside `docs/` become part of the site, and links to them lead there.

A link to a file that is no page, such as an example program, leads to a page that shows the file.
"""

import posixpath
import re
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

ROOT = Path(__file__).parents[2]
PLACE = "project"
_LINK = re.compile(r"(\]\()([^)#\s]+)")


def on_files(files: Files, *, config: MkDocsConfig) -> Files:
    """Add each file outside `docs/` that a page links to, and the files that those link to."""
    waiting = [(file.src_uri, file.content_string) for file in files.documentation_pages()]
    added: set[str] = set()
    while waiting:
        page, text = waiting.pop()
        for _, target in _LINK.findall(text):
            path = _named(page, target)
            if path is None or path in added or path.startswith("docs/"):
                continue
            added.add(path)
            content = _shown(path)
            files.append(File.generated(config, _uri(path), content=content))
            waiting.append((_uri(path), content))
    return files


def on_page_markdown(markdown: str, *, page: Page, **_: Any) -> str:
    """Let links that leave `docs/`, and those back into it, lead to the pages of the site."""
    source = page.file.src_uri

    def replaced(match: re.Match[str]) -> str:
        path = _named(source, match[2])
        if path is None:
            return match[0]
        return match[1] + posixpath.relpath(_uri(path), posixpath.dirname(source) or ".")

    return _LINK.sub(replaced, markdown)


def _named(page: str, target: str) -> str | None:
    """The path in the repository of the file that a link names; None for a link that names none."""
    if "://" in target or target.startswith(("/", "mailto:")):
        return None
    path = posixpath.normpath(posixpath.join(posixpath.dirname(_path(page)), target))
    return path if not path.startswith("../") and (ROOT / path).is_file() else None


def _path(page: str) -> str:
    """The path in the repository of a page of the site."""
    if page.startswith(f"{PLACE}/"):
        name = page.removeprefix(f"{PLACE}/")
        return name if (ROOT / name).is_file() else name.removesuffix(".md")
    return f"docs/{page}"


def _uri(path: str) -> str:
    """The place in the site of a file of the repository."""
    if path.startswith("docs/"):
        return path.removeprefix("docs/")
    return f"{PLACE}/{path}" if path.endswith(".md") else f"{PLACE}/{path}.md"


def _shown(path: str) -> str:
    text = (ROOT / path).read_text(encoding="utf-8")
    return text if path.endswith(".md") else f"# {path}\n\n````{Path(path).suffix[1:]}\n{text}````\n"

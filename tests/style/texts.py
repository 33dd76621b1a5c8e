"""The texts that people read: Markdown pages, docstrings, comments, error and log messages."""

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TypeGuard

ROOT = Path(__file__).parents[2]

PACKAGES = ("benchmarks", "examples", "migrations", "registry_api", "shared", "tests", "validator")
"""Folders with code."""

_LOG_CALLS = {"debug", "info", "warning", "error", "exception", "critical"}
_DIRECTIVE = re.compile(r"#\s*(?:noqa|type:|pragma|ruff:|mypy:|fmt:|!)")
_FENCE = re.compile(r"^( *)(`{3,}|~{3,}).*?^\1\2`*~* *$", re.MULTILINE | re.DOTALL)
_UNREAD = re.compile(r"``.+?``|`[^`]*`|(?<=\])\([^)\s]*\)|<[^<>\n]+>|https?://\S+", re.DOTALL)


@dataclass(frozen=True)
class Text:
    """One text of a file, with the number of its first line."""

    path: str
    line: int
    content: str
    wrapped: bool = True
    """Whether its lines are those of the file: not so for messages, which code joins."""

    @cached_property
    def prose(self) -> str:
        """The text without code, link targets and HTML, with the same line breaks."""
        return _UNREAD.sub(_blank, self.without_fences)

    @cached_property
    def without_fences(self) -> str:
        """The text without code blocks, with the same line breaks."""
        return _FENCE.sub(_blank, self.content) if self.path.endswith(".md") else self.content


def _blank(match: re.Match[str]) -> str:
    return "\n" * match[0].count("\n") or "`"


def texts() -> Iterator[Text]:
    """Yield every text of the project."""
    for page in sorted((*ROOT.glob("*.md"), *_files("*.md", ("docs", "helm", ".github", *PACKAGES)))):
        yield Text(_name(page), 1, page.read_text(encoding="utf-8"))
    for module in sorted(_files("*.py", PACKAGES)):
        yield from python(_name(module), module.read_text(encoding="utf-8"))
    for script in sorted(_files("*.sql", ("migrations", "registry_api"))):
        yield from sql(_name(script), script.read_text(encoding="utf-8"))


def _files(pattern: str, folders: tuple[str, ...]) -> Iterator[Path]:
    return (path for folder in folders for path in (ROOT / folder).rglob(pattern) if not _foreign(path))


def _foreign(path: Path) -> bool:
    """Whether a file is generated or copied from another project."""
    return path.stem.endswith("_pb2") or bool({"suite", "vendored", "node_modules"} & set(path.parts))


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def python(path: str, source: str) -> Iterator[Text]:
    """Yield the comments, docstrings and messages of a module."""
    yield from _comments(path, source)
    for node in ast.walk(ast.parse(source)):
        for constant in _docstrings(node):
            yield Text(path, constant.lineno, " " * (constant.col_offset + 3) + str(constant.value))
        for constant in _messages(node):
            yield Text(path, constant.lineno, str(constant.value), wrapped=False)


def _comments(path: str, source: str) -> Iterator[Text]:
    """Yield comments; those on consecutive lines are one text."""
    lines: list[str] = []
    first = last = 0
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type != tokenize.COMMENT or _DIRECTIVE.match(token.string):
            continue
        if lines and token.start[0] != last + 1:
            yield Text(path, first, "\n".join(lines))
            lines = []
        first, last = (first if lines else token.start[0]), token.start[0]
        lines.append(" " * token.start[1] + token.string)
    if lines:
        yield Text(path, first, "\n".join(lines))


def _docstrings(node: ast.AST) -> Iterator[ast.Constant]:
    """Yield the strings that are statements: docstrings, and those below a constant."""
    if isinstance(node, ast.Expr) and _is_text(node.value):
        yield node.value


def _messages(node: ast.AST) -> Iterator[ast.Constant]:
    """Yield the texts of errors, of log events and of command-line help."""
    match node:
        case ast.Raise(exc=ast.Call() as call):
            yield from _strings(call)
        case ast.Call(func=ast.Attribute(attr=name), args=[first, *_]) if name in _LOG_CALLS:
            yield from _strings(first)
        case ast.keyword(arg="help" | "description", value=value):
            yield from _strings(value)


def _strings(node: ast.expr) -> Iterator[ast.Constant]:
    return (part for part in ast.walk(node) if _is_text(part))


def _is_text(node: ast.AST) -> TypeGuard[ast.Constant]:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def sql(path: str, source: str) -> Iterator[Text]:
    """Yield the comments of an SQL script, a text for each line."""
    for number, line in enumerate(source.splitlines(), 1):
        if line.lstrip().startswith("--"):
            yield Text(path, number, line)

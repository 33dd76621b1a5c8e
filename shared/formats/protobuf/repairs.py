"""Repairs of texts that protoc refuses and Confluent's registry accepts.

That registry parses texts and builds descriptors of resolvable parts. protoc refuses a text as a
whole, so each refusal that does not concern a field's type is repaired in the files, and protoc
runs again:

- an unknown import becomes an empty file;
- a type that a reference declares is imported from it, by any name of the reference;
- a custom option that is undefined, or has undefined parts, becomes a string with the option's text
  (`uninterpreted.proto`).

The descriptors undo the third change: they contain such options as `uninterpreted_option`. A text
keeps its number of lines.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Final

from sluicegate.shared.formats.protobuf.diagnostics import Problem
from sluicegate.shared.formats.protobuf.files import MAIN, OPTIONS, ProtocFiles, is_importable
from sluicegate.shared.formats.protobuf.outline import CustomOption, Outline, outline
from sluicegate.shared.formats.protobuf.printing.literals import quoted
from sluicegate.shared.formats.protobuf.uninterpreted import PACKAGE, definitions, is_reserved
from sluicegate.shared.formats.protobuf.well_known import SHIPPED

MAX_ROUNDS: Final = 32
"""Runs of protoc for one schema. Each run reports one unknown option of each declaration."""

MAX_MISSING: Final = 200
"""Imports that become empty files."""

_EMPTY: Final = 'syntax = "proto3";\n'


@dataclass(frozen=True)
class Repairs:
    """Changes to files: names of empty ones, further imports, and places of options by file."""

    missing: frozenset[str] = frozenset()
    imports: Mapping[str, frozenset[str]] = field(default_factory=dict)
    options: Mapping[str, frozenset[int]] = field(default_factory=dict)

    def repaired(self, files: ProtocFiles) -> ProtocFiles:
        """The files with these changes."""
        imports = {name: self._changed(name, text) for name, text in files.imports.items()}
        imports |= dict.fromkeys(self.missing, _EMPTY)
        if self.options:
            imports[OPTIONS] = definitions()
        return ProtocFiles(self._changed(MAIN, files.main), MappingProxyType(imports))

    def _changed(self, name: str, text: str) -> str:
        added = sorted(self.imports.get(name, ()))
        if name in self.options:
            added.append(OPTIONS)
            text = _with_texts_for_options(text, self.options[name])
        return text + "".join(f"\nimport {quoted(each)};" for each in added)


class Repairer:
    """Finds the repairs of one schema's files from protoc's errors."""

    def __init__(self, files: ProtocFiles) -> None:
        """Begin without repairs."""
        self._files = files
        self._outlines: dict[str, Outline] = {}
        self.repairs = Repairs()

    def repair(self, problems: Iterable[Problem]) -> bool:
        """Add the repairs that the problems of the repaired files ask for.

        Return whether there are any.
        """
        before = self.repairs
        current = before.repaired(self._files)
        for problem in problems:
            if problem.missing_import is not None:
                self._add_missing(problem.missing_import)
            elif problem.undefined is not None:
                self._add_import(problem.file, problem.undefined)
            elif problem.is_unknown_option:
                self._add_option(problem, _text(current, problem.file))
        return self.repairs != before

    def _add_missing(self, name: str) -> None:
        known = name in self._files.imports or name in SHIPPED
        if not known and is_importable(name) and len(self.repairs.missing) < MAX_MISSING:
            self.repairs = replace(self.repairs, missing=self.repairs.missing | {name})

    def _add_import(self, file: str, type_name: str) -> None:
        found = next(self._declaring(file, type_name), None)
        if found is not None:
            imports = {**self.repairs.imports, file: self.repairs.imports.get(file, frozenset()) | {found}}
            self.repairs = replace(self.repairs, imports=imports)

    def _declaring(self, file: str, type_name: str) -> Iterator[str]:
        """The files that declare a type and are not imported, those of the innermost package first."""
        own = self._outline(file)
        others = sorted({*self._files.imports} - {file, *own.imports})
        for full_name in _full_names(own.package, type_name):
            yield from (name for name in others if full_name in self._outline(name).types)

    def _add_option(self, problem: Problem, text: str) -> None:
        options = outline(text).options
        at = [
            index
            for index, option in enumerate(options)
            if problem.place in (place(text, option.start), place(text, option.value_start))
        ]
        if at:
            reserved = {index for index, option in enumerate(options) if is_reserved(option.name)}
            chosen = self.repairs.options.get(problem.file, frozenset()) | reserved | set(at)
            self.repairs = replace(self.repairs, options={**self.repairs.options, problem.file: chosen})

    def _outline(self, name: str) -> Outline:
        if name not in self._outlines:
            self._outlines[name] = outline(_text(self._files, name))
        return self._outlines[name]


def place(text: str, position: int) -> tuple[int, int]:
    """Line and column as protoc counts them: from 1, in bytes, tabs to the next multiple of eight."""
    before = text[:position]
    line = before.rpartition("\n")[2]
    return before.count("\n") + 1, len(line.encode("utf-8", "surrogatepass").expandtabs(8)) + 1


def _text(files: ProtocFiles, name: str) -> str:
    return files.main if name == MAIN else files.imports.get(name, "")


def _full_names(package: str, type_name: str) -> Iterator[str]:
    if type_name.startswith("."):
        yield type_name[1:]
        return
    scope = package
    while scope:
        yield f"{scope}.{type_name}"
        scope = scope.rpartition(".")[0]
    yield type_name


def _with_texts_for_options(text: str, chosen: frozenset[int]) -> str:
    parts, at = [], 0
    for index, option in enumerate(outline(text).options):
        if index in chosen:
            parts += [text[at : option.start], _as_text(option), "\n" * text.count("\n", option.start, option.end)]
            at = option.end
    return "".join([*parts, text[at:]])


def _as_text(option: CustomOption) -> str:
    return f"(.{PACKAGE}.{option.kind}) = {quoted(f'{option.name} = {option.value}')}"

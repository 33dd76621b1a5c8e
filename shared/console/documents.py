"""The schema files that a person names on the command line."""

from dataclasses import dataclass
from pathlib import Path

from sluicegate.shared.console.errors import InputUnusable
from sluicegate.shared.console.streams import stream
from sluicegate.shared.formats.catalog import format_of_file
from sluicegate.shared.model import SchemaFormat

STDIN = "-"


@dataclass(frozen=True, slots=True)
class SchemaDocument:
    """A schema text with the name of its file; `-` is standard input."""

    file: str
    text: str

    @property
    def title(self) -> str:
        """The file as a message names it."""
        return "standard input" if self.file == STDIN else self.file


def read(file: str) -> SchemaDocument:
    """Read a file, or standard input, unchanged.

    Raises `InputUnusable`, naming the file and the fault.
    """
    document = SchemaDocument(file, "")
    try:
        text = (_stdin() if file == STDIN else Path(file).read_bytes()).decode()
    except UnicodeDecodeError as error:
        line = f"{document.title} is not UTF-8 text (byte {error.start}). Save the schema as UTF-8."
        raise InputUnusable(line) from error
    except (OSError, ValueError) as error:  # ValueError: a path with a NUL in it
        if isinstance(error, FileNotFoundError):
            raise InputUnusable(f"{document.title} does not exist.") from error
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise InputUnusable(f"{document.title} cannot be read: {reason}.") from error
    if not text.strip():
        raise InputUnusable(f"{document.title} is empty. A schema text is needed.")
    return SchemaDocument(file, text)


def _stdin() -> bytes:
    found = stream("stdin")
    if found is None:
        raise OSError("it is closed")
    return found.buffer.read()


def format_of(file: str, chosen: SchemaFormat | None) -> SchemaFormat:
    """Return the chosen format, or that of the file's extension.

    Raises `InputUnusable` without either.
    """
    found = chosen or format_of_file(file)
    if found is None:
        names = ", ".join(SchemaFormat)
        raise InputUnusable(f"The format of {SchemaDocument(file, '').title} is not known. Give --format: {names}.")
    return found


def name_of(file: str, chosen: str | None) -> str:
    """The name that was chosen, or the file's without its ending.

    Raises `InputUnusable` for standard input without a name.
    """
    if chosen is None and file == STDIN:
        raise InputUnusable("A schema from standard input has no name. Give --name.")
    return Path(file).stem if chosen is None else chosen

"""Types of options and arguments for click.

Each function raises `click.BadParameter`, which ends in exit code 2.
"""

from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

import click
import httpx
from pydantic import ValidationError

from sluicegate.shared.addresses import without_credentials
from sluicegate.shared.client.registry import VersionChoice
from sluicegate.shared.formats.options import Policy
from sluicegate.shared.model import CompatibilityMode, SchemaFormat, ValidityMode, VersionNumber
from sluicegate.shared.wire import REFERENCE_NAME_LIMIT, ReferenceBody

Word = TypeVar("Word", bound=StrEnum)
Decorated = TypeVar("Decorated", bound=Callable[..., object])

POSITIVE = click.IntRange(min=1)
"""Ids and version numbers."""

_LAST_PORT = 65_535
_DIGITS = 18


def address(text: str) -> httpx.URL:
    """The root of a registry's API."""
    try:
        url = httpx.URL(text)
    except (httpx.InvalidURL, UnicodeError) as error:
        raise click.BadParameter(f"{_quoted(text)} is not a URL.") from error
    if url.scheme not in ("http", "https") or not url.host:
        raise click.BadParameter(f"{_quoted(text)} is not a URL with http:// or https:// and a host.")
    if url.query or url.fragment:
        raise click.BadParameter("the address must not have a query or a fragment.")
    if url.port is not None and not 0 < url.port <= _LAST_PORT:
        raise click.BadParameter(f"there is no port {url.port}.")
    return url


def _quoted(text: str) -> str:
    """Quote an argument without credentials before an `@`, also in an address without a scheme."""
    return repr(without_credentials(text.rpartition("@")[2]))


def api_key(text: str) -> str:
    """A key that a header can carry. The message does not repeat it."""
    if not (text.isascii() and text.isprintable()) or " " in text:
        raise click.BadParameter("the key holds characters that no key has (a space, a line break?).")
    return text


def api_key_file(text: str) -> str:
    """The key in a file. The message repeats the name alone."""
    try:
        return api_key(Path(text).read_text(encoding="utf-8").strip())
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is no text"
        raise click.BadParameter(f"the file {text!r} cannot be read: {reason}.") from error


def words(text: str) -> str:
    """A text that an address can carry."""
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise click.BadParameter("this is not UTF-8 text.") from error
    return text


def version_choice(text: str) -> VersionChoice:
    """A version's number, or `latest`."""
    if text.lower() == "latest":
        return "latest"
    if not is_number(text):
        raise click.BadParameter(f"{text!r} is neither a version number nor 'latest'.")
    return VersionNumber(int(text))


def reference(text: str) -> ReferenceBody:
    """`NAME=ID:VERSION`. The name may hold both signs: it may be a URL."""
    name, _, target = text.rpartition("=")
    schema_id, _, number = target.partition(":")
    if not (name and all(is_number(digits) for digits in (schema_id, number))):
        raise click.BadParameter(f"{text!r} is not NAME=ID:VERSION, such as common.json=3:1.")
    try:
        return ReferenceBody(name=name, schema_id=schema_id, version=number)
    except ValidationError as error:
        raise click.BadParameter(
            f"the name of a reference must be UTF-8 text of at most {REFERENCE_NAME_LIMIT} characters."
        ) from error


def reference_option(decorated: Decorated) -> Decorated:
    """`--reference`, as often as needed."""
    return click.option(
        "--reference",
        "references",
        type=reference,
        multiple=True,
        metavar="NAME=ID:VERSION",
        help="A schema that this one refers to: the name that it uses, and the schema's id and version. May be repeated.",
    )(decorated)


def is_number(text: str) -> bool:
    """Whether a text is an id or a version number."""
    return text.isascii() and text.isdigit() and 0 < len(text) <= _DIGITS and int(text) > 0


def format_option(name: str, text: str) -> Callable[[Decorated], Decorated]:
    """`--format` or `--type`, in any case."""
    return _word_option(name, "schema_format", SchemaFormat, text)


def compatibility_option(decorated: Decorated) -> Decorated:
    """`--compatibility`, in any case."""
    return _word_option("--compatibility", "compatibility", CompatibilityMode, "Mode; else the registry's own.")(
        decorated
    )


def policy_option(decorated: Decorated) -> Decorated:
    """`--compatibility-policy`, in any case."""
    return _word_option(
        "--compatibility-policy", "policy", Policy, "How JSON schemas are compared; else the registry's own."
    )(decorated)


def validity_option(name: str) -> Callable[[Decorated], Decorated]:
    """`--validity` or `--mode`, in any case."""
    return _word_option(name, "validity", ValidityMode, "How much is checked; else the registry's own.")


def _word_option(name: str, target: str, words: type[Word], text: str) -> Callable[[Decorated], Decorated]:
    return click.option(name, target, type=_word(words), metavar="|".join(words), help=text)


def _word(words: type[Word]) -> Callable[[str], Word]:
    """One of a closed set, in any case, with a hyphen where it has an underscore."""

    def convert(text: str) -> Word:
        asked = text.replace("-", "_").lower()
        found = next((word for word in words if word.lower() == asked), None)
        if found is None:
            raise click.BadParameter(f"{text!r} is not one of {', '.join(words)}.")
        return found

    return convert

"""Options of formats: values from the settings to the engines."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from sluicegate.shared.model import Policy as Policy

LENIENT_HINT: Final = (
    "The policy LENIENT would allow this change: set compatibilityPolicy to LENIENT for the subject (PUT /config/{subject}), or "
    "register the schema with compatibility_policy LENIENT"
)
"""The end of a remedy of a change that only STRICT refuses."""


class JsonEngine(StrEnum):
    """Which library checks JSON payloads."""

    NATIVE = "jsonschema-rs"
    PURE = "jsonschema"


class JsonDraft(StrEnum):
    """The drafts of JSON Schema."""

    DRAFT_4 = "draft-04"
    DRAFT_6 = "draft-06"
    DRAFT_7 = "draft-07"
    DRAFT_2019 = "2019-09"
    DRAFT_2020 = "2020-12"


class UnknownDraft(StrEnum):
    """Treatment of a JSON schema with an unknown `$schema`."""

    DEFAULT = "default"
    REFUSE = "refuse"


class AssertFormat(StrEnum):
    """Whether `format` is an assertion in 2019-09 and 2020-12, where it is an annotation.

    NEVER: it refuses nothing. KNOWN: known formats are checked. ALWAYS: and schemas with other
    formats are refused.
    """

    NEVER = "never"
    KNOWN = "known"
    ALWAYS = "always"


class XmlEngine(StrEnum):
    """Which library checks XML payloads of schemas that both can take."""

    LXML = "lxml"
    XMLSCHEMA = "xmlschema"


class AvroEncoding(StrEnum):
    """How Avro payloads are encoded (Avro specification, "Encodings")."""

    BINARY = "binary"
    JSON = "json"


class FileChecks(StrEnum):
    """Treatment of CSV rules that read files, which a validator of messages does not have.

    REFUSE: such schemas are invalid. SKIP: the rules and their dependents are ignored.
    """

    REFUSE = "refuse"
    SKIP = "skip"


@dataclass(frozen=True, slots=True)
class FormatOptions:
    """The options, each with the best default.

    `json_default_draft` is the draft of JSON schemas without a known one. `strict_json` refuses
    JSON payloads with repeated names in an object; it takes some microseconds for each message.
    `unknown_fields` accepts Protobuf payloads with fields that their schema does not have.
    """

    json_engine: JsonEngine = JsonEngine.NATIVE
    strict_json: bool = False
    json_policy: Policy = Policy.STRICT
    json_default_draft: JsonDraft = JsonDraft.DRAFT_7
    json_unknown_draft: UnknownDraft = UnknownDraft.DEFAULT
    json_assert_format: AssertFormat = AssertFormat.NEVER
    avro_encoding: AvroEncoding = AvroEncoding.BINARY
    unknown_fields: bool = False
    xml_engine: XmlEngine = XmlEngine.LXML
    csv_file_checks: FileChecks = FileChecks.REFUSE

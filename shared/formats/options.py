"""What can be chosen about formats: values that settings carry to the engines."""

from dataclasses import dataclass
from enum import StrEnum

from sluicegate.shared.model import Policy as Policy


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
    """What happens to a JSON schema whose `$schema` is not known."""

    DEFAULT = "default"
    REFUSE = "refuse"


class AssertFormat(StrEnum):
    """Whether `format` is an assertion in the drafts 2019-09 and 2020-12, in which it is an annotation unless both sides agree.

    NEVER: it refuses nothing. KNOWN: formats that are known are checked. ALWAYS: and schemas with others are refused.
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
    """What happens to rules of CSV schemas that read files, which a validator of messages does not have.

    REFUSE: such schemas are not valid. SKIP: the rules are left out, and what depends on them.
    """

    REFUSE = "refuse"
    SKIP = "skip"


@dataclass(frozen=True, slots=True)
class FormatOptions:
    """The choices, each with what is right for most.

    `json_default_draft` is the draft of JSON schemas that name none, or one that is not known.
    `strict_json` refuses JSON payloads in which a name stands twice in one object; it costs some microseconds a message.
    `unknown_fields` lets Protobuf payloads have fields that their schema does not have.
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

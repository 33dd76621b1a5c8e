"""The sections of the settings about formats."""

from pydantic import Field

from sluicegate.registry_api.access_settings import Section
from sluicegate.shared.formats.options import AssertFormat, FileChecks, FormatOptions, JsonDraft, UnknownDraft


class JsonFormat(Section):
    """`[formats.json]`: how JSON schemas are read."""

    default_draft: JsonDraft = Field(
        default=JsonDraft.DRAFT_7,
        description="The draft of schemas that name none in `$schema`, or one that is not known.",
    )
    unknown_draft: UnknownDraft = Field(
        default=UnknownDraft.DEFAULT,
        description="What happens to a schema whose `$schema` is not known: `default` reads it as one of the default draft, "
        "with a warning in the answer; `refuse` refuses it.",
    )
    assert_format: AssertFormat = Field(
        default=AssertFormat.NEVER,
        description="Whether `format` is an assertion in 2019-09 and 2020-12: `never`; `known`: formats that are known are; "
        "`always`: and schemas with other formats are refused. Set the validator's alike.",
    )


class CsvFormat(Section):
    """`[formats.csv]`: how CSV schemas are read."""

    file_checks: FileChecks = Field(
        default=FileChecks.REFUSE,
        description="What happens to rules that read files: `refuse` refuses the schema, "
        "`skip` leaves them out. Set the validator's alike.",
    )


class Formats(Section):
    """`[formats]`: how schemas are read."""

    json_schema: JsonFormat = Field(default=JsonFormat(), alias="json", description="JSON Schema.")
    csv: CsvFormat = Field(default=CsvFormat(), description="CSV.")

    @property
    def options(self) -> FormatOptions:
        """The choices as engines take them."""
        found = self.json_schema
        return FormatOptions(
            json_default_draft=found.default_draft,
            json_unknown_draft=found.unknown_draft,
            json_assert_format=found.assert_format,
            csv_file_checks=self.csv.file_checks,
        )

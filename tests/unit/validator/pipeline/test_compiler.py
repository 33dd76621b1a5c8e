"""A schema compiler that cannot be run says nothing about the schema: the message waits."""

from sluicegate.shared.errors import CompilerUnavailable
from sluicegate.shared.formats.engine import FormatEngine, SchemaSource
from sluicegate.shared.formats.protobuf.engine import ProtobufEngine
from sluicegate.shared.formats.protobuf.schema import ProtobufSchema
from sluicegate.shared.model import SchemaFormat
from sluicegate.validator.model import VALID, Retry
from sluicegate.validator.pipeline.check import Checks
from sluicegate.validator.pipeline.decider import ByAttributes
from sluicegate.validator.pipeline.process import Processor
from tests.fakes.schemas import FakeSchemas
from tests.fakes.validator import headers, message, stored


class Recovering(ProtobufEngine):
    """Its compiler cannot be run the first time."""

    failures = 1

    def parse(self, source: SchemaSource) -> ProtobufSchema:
        if self.failures:
            self.failures -= 1
            raise CompilerUnavailable
        return super().parse(source)


def test_the_message_is_tried_again_and_the_schema_compiled_then() -> None:
    engine = Recovering()

    def engine_of(_: SchemaFormat) -> FormatEngine:
        return engine

    text = 'syntax = "proto3"; message A { int32 a = 1; }'
    subject = Processor(ByAttributes(Checks(FakeSchemas(stored(text=text, kind=SchemaFormat.PROTOBUF)), engine_of, 10)))
    payload = message(b"\x08\x07", head=[*headers()])
    assert isinstance(subject.judge(payload), Retry)
    assert subject.judge(payload) == VALID

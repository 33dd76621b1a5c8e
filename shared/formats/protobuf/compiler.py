"""Sources -> serialized descriptor sets, in a cache: protoc takes some milliseconds."""

import threading
from collections import OrderedDict
from typing import Final

from sluicegate.shared.formats.protobuf import descriptors, protoc, text
from sluicegate.shared.formats.protobuf.canonical import canonical
from sluicegate.shared.formats.protobuf.diagnostics import Problem, problems, violations
from sluicegate.shared.formats.protobuf.files import MAIN, MAX_TOTAL_CHARACTERS, ProtocFiles
from sluicegate.shared.formats.protobuf.refusals import ProtobufSchemaCode, refusal, refused
from sluicegate.shared.formats.protobuf.repairs import MAX_ROUNDS, Repairer
from sluicegate.shared.formats.protobuf.schema import loaded
from sluicegate.shared.formats.protobuf.uninterpreted import restored

CAPACITY: Final = 256
"""Descriptor sets that are kept. Those of usual schemas have some kilobytes."""

MAX_KEPT_BYTES: Final = 256 * 1024
"""Bytes of a descriptor set that is kept: 256 of the largest must not fill the memory."""

MAX_CHARACTERS: Final = 2 * MAX_TOTAL_CHARACTERS
"""Characters of all texts together: those that are printed from descriptors are longer than these."""


class Compiler:
    """Compiles, and caches the last used sets. Thread-safe.

    Two threads may compile the same files at once.
    """

    def __init__(self, capacity: int = CAPACITY) -> None:
        """Nothing is kept yet."""
        self._capacity = capacity
        self._kept: OrderedDict[bytes, bytes] = OrderedDict()
        self._lock = threading.Lock()

    def descriptors(self, files: ProtocFiles) -> bytes:
        """The serialized FileDescriptorSet of the files, the schema itself last.

        Raises `SchemaSyntaxError`, `CompilerUnavailable`.
        """
        with self._lock:
            found = self._kept.get(files.digest)
            if found is not None:
                self._kept.move_to_end(files.digest)
                return found
        found = compiled(files)
        if len(found) <= MAX_KEPT_BYTES:
            self._keep(files.digest, found)
        return found

    def _keep(self, digest: bytes, found: bytes) -> None:
        with self._lock:
            self._kept[digest] = found
            while len(self._kept) > self._capacity:
                self._kept.popitem(last=False)


def compiled(files: ProtocFiles) -> bytes:
    """Run protoc over the files. Raises `SchemaSyntaxError`, `CompilerUnavailable`."""
    texts = descriptors.as_texts(files, _compiled)
    found = _compiled(texts)
    if descriptors.is_base64(files.main) and canonical(loaded(found)) != texts.main:
        message = "The descriptor holds something that no .proto text can say. Register the .proto text instead"
        raise refused(ProtobufSchemaCode.DESCRIPTOR_MALFORMED, message)
    return found


def _compiled(files: ProtocFiles) -> bytes:
    """Compile .proto texts, changed if protoc requires more than a registry does."""
    if len(files.main) + sum(map(len, files.imports.values())) > MAX_CHARACTERS:
        raise refused(
            ProtobufSchemaCode.TOO_LARGE,
            "The schema is too large: as .proto text it would be longer than the compiler takes",
        )
    for each in (files.main, *files.imports.values()):
        text.check(each)
    repairer = Repairer(files)
    missing: dict[str, Problem] = {}
    for _ in range(MAX_ROUNDS):
        repaired = repairer.repairs.repaired(files)
        result = protoc.compiled(
            repaired.main.encode(), {name: each.encode() for name, each in repaired.imports.items()}
        )
        if result.descriptors is not None:
            return restored(result.descriptors) if repairer.repairs.options else result.descriptors
        names = (MAIN, *repaired.imports)
        found = problems(result.said, names)
        missing.update((each.missing_import, each) for each in found if each.missing_import is not None)
        if not repairer.repair(found):
            break
    unknown = [each for name, each in missing.items() if name in repairer.repairs.missing]
    raise refusal(violations(found, names, unknown, result.said))

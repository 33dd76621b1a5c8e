"""Sources -> serialized descriptor sets, each compiled once: protoc runs for some milliseconds, and one text is asked for often."""

import threading
from collections import OrderedDict
from typing import Final

from shared.formats.protobuf import descriptors, diagnostics, protoc, text
from shared.formats.protobuf.canonical import canonical
from shared.formats.protobuf.files import LARGEST, Files
from shared.formats.protobuf.refusals import Code, refusal, refused
from shared.formats.protobuf.schema import loaded

CAPACITY: Final = 256
"""Descriptor sets that are kept. Those of usual schemas have some kilobytes."""

LARGEST_KEPT: Final = 256 * 1024
"""Bytes of a descriptor set that is kept: 256 of the largest must not fill the memory."""

MOST_CHARACTERS: Final = 2 * LARGEST
"""Characters of all texts together: those that are printed from descriptors are longer than these."""


class Compiler:
    """Compiles, and keeps the sets that were used last. Thread-safe; what two threads ask for at once may be compiled twice."""

    def __init__(self, capacity: int = CAPACITY) -> None:
        """Nothing is kept yet."""
        self._capacity = capacity
        self._kept: OrderedDict[bytes, bytes] = OrderedDict()
        self._lock = threading.Lock()

    def descriptors(self, files: Files) -> bytes:
        """The serialized FileDescriptorSet of the files, the schema itself last. Raises `SchemaSyntaxError`, `CompilerUnavailable`."""
        with self._lock:
            found = self._kept.get(files.digest)
            if found is not None:
                self._kept.move_to_end(files.digest)
                return found
        found = compiled(files)
        if len(found) <= LARGEST_KEPT:
            self._keep(files.digest, found)
        return found

    def _keep(self, digest: bytes, found: bytes) -> None:
        with self._lock:
            self._kept[digest] = found
            while len(self._kept) > self._capacity:
                self._kept.popitem(last=False)


def compiled(files: Files) -> bytes:
    """Run protoc over the files. Raises `SchemaSyntaxError`, `CompilerUnavailable`."""
    texts = descriptors.as_texts(files, _compiled)
    found = _compiled(texts)
    if descriptors.is_base64(files.main) and canonical(loaded(found)) != texts.main:
        message = "The descriptor holds something that no .proto text can say. Register the .proto text instead"
        raise refused(Code.DESCRIPTOR_MALFORMED, message)
    return found


def _compiled(files: Files) -> bytes:
    """Compile files that are all .proto texts."""
    if len(files.main) + sum(map(len, files.imports.values())) > MOST_CHARACTERS:
        raise refused(
            Code.TOO_LARGE, "The schema is too large: as .proto text it would be longer than the compiler takes"
        )
    main = text.checked(files.main)
    imports = {name: text.checked(each) for name, each in files.imports.items()}
    result = protoc.compiled(main, imports)
    if result.descriptors is None:
        raise refusal(diagnostics.violations(result.said, tuple(imports)))
    return result.descriptors

"""Makes a checker that crashes: Python processes with this folder on their path die.

JSON payloads with `crash` end the process with SIGSEGV, and those with `raise` raise an error that
no engine may raise: like native code, or a bug, in any checking process.
"""

import importlib.abc
import importlib.machinery
import os
import signal
import sys
from collections.abc import Callable, Sequence
from types import ModuleType
from typing import Any

_MODULE = "sluicegate.shared.formats.json_schema.payload"


class _Finder(importlib.abc.MetaPathFinder):
    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if name != _MODULE:
            return None
        sys.meta_path.remove(self)
        found = importlib.machinery.PathFinder.find_spec(name, path)
        if found is not None and isinstance(found.loader, importlib.machinery.SourceFileLoader):
            found.loader = _Loader(found.loader.name, found.loader.path)
        return found


class _Loader(importlib.machinery.SourceFileLoader):
    def exec_module(self, module: ModuleType) -> None:
        super().exec_module(module)
        namespace: Any = module
        verdict, explain = namespace._verdict, namespace.JsonPayloadValidator.explain

        def accepting(*given: Any) -> Callable[[bytes], bool]:
            accepts = verdict(*given)

            def accepts_or_dies(payload: bytes) -> bool:
                _die(payload)
                return bool(accepts(payload))

            return accepts_or_dies

        def explains_or_dies(self: Any, payload: bytes, *rest: Any) -> Any:
            _die(payload)
            return explain(self, payload, *rest)

        namespace._verdict = accepting
        namespace.JsonPayloadValidator.explain = explains_or_dies


def _die(payload: bytes) -> None:
    if b"crash" in payload:
        os.kill(os.getpid(), signal.SIGSEGV)
    if b"raise" in payload:
        raise ZeroDivisionError


sys.meta_path.insert(0, _Finder())

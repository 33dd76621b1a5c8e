"""A bounded cache in which each value is made once, however many ask for it at the same time."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class LruCache(Generic[K, V]):
    """Keeps the `capacity` last used values. Thread-safe.

    An error of `load` reaches every thread that waits for that value, and is not cached.
    """

    def __init__(self, capacity: int) -> None:
        """An empty cache."""
        self._capacity = capacity
        self._values: OrderedDict[K, Future[V]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: K, load: Callable[[], V]) -> V:
        """The value of a key, loaded when it is not there.

        Waits for another thread that is loading it.
        """
        with self._lock:
            future = self._values.get(key)
            mine = future is None
            if future is None:
                future = self._values[key] = Future()
            self._values.move_to_end(key)
            self._shrink()
        if mine:
            self._fill(key, future, load)
        return future.result()

    def peek(self, key: K) -> V | None:
        """The value of a key when it is there and ready."""
        with self._lock:
            future = self._values.get(key)
            if future is None or not future.done():
                return None
            self._values.move_to_end(key)
            return future.result()

    def put(self, key: K, value: V) -> V:
        """Keep a value, in place of any that was there."""
        with self._lock:
            future = self._values[key] = Future()
            future.set_result(value)
            self._values.move_to_end(key)
            self._shrink()
        return value

    def __len__(self) -> int:
        """How many values are kept."""
        return len(self._values)

    def _fill(self, key: K, future: Future[V], load: Callable[[], V]) -> None:
        try:
            future.set_result(load())
        except BaseException as error:
            with self._lock:
                self._values.pop(key, None)
            future.set_exception(error)

    def _shrink(self) -> None:
        while len(self._values) > self._capacity:
            self._values.popitem(last=False)

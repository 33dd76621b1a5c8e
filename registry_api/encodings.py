"""The WSGI layer for content encodings: reads compressed request bodies, compresses answers for clients that ask for it.

RFC 9110, section 8.4. Both directions speak gzip; requests may also be `deflate`. It is the outermost layer, so that
cached answers and all facades go through it, and it costs a request without these headers two look-ups in a dict.
"""

import io
import re
import zlib
from collections.abc import Callable, Iterable, Iterator
from typing import IO, Any, Final
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from werkzeug.exceptions import BadRequest, UnsupportedMediaType
from werkzeug.wsgi import get_input_stream

from sluicegate.registry_api.answers import compressible, header

MIN_COMPRESSED_BYTES: Final = 1_024
"""A smaller answer fits into one packet as it is."""

_LEVEL: Final = 5
_GZIP: Final = 16 + zlib.MAX_WBITS
_GZIP_OR_ZLIB: Final = 32 + zlib.MAX_WBITS
_READ_BYTES: Final = 64 * 1024

_NO_WEIGHT: Final = r"(?!0(?:\.0*)?\s*(?:,|$))"
_WEIGHT: Final = rf"\s*(?:;\s*q={_NO_WEIGHT}[^,]*)?(?:,|$)"
_asks_for_gzip = re.compile(rf"(?:^|,)\s*(?:x-)?gzip{_WEIGHT}", re.IGNORECASE).search
_asks_for_any = re.compile(rf"(?:^|,)\s*\*{_WEIGHT}").search
_names_gzip = re.compile(r"(?:^|,)\s*(?:x-)?gzip\s*(?:;|,|$)", re.IGNORECASE).search

Headers = list[tuple[str, str]]


def asks_for_gzip(accepted: str | None) -> bool:
    """Whether an `Accept-Encoding` header allows an answer to be compressed.

    RFC 9110, section 12.5.3: `*` stands for each coding that the header does not name.
    """
    if not accepted:
        return False
    if _asks_for_gzip(accepted) is not None:
        return True
    return "*" in accepted and _asks_for_any(accepted) is not None and _names_gzip(accepted) is None


class ContentEncodings:
    """A WSGI application around another."""

    def __init__(self, inner: WSGIApplication) -> None:
        """Take the application whose bodies are plain."""
        self._inner = inner

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        coding = environ.get("HTTP_CONTENT_ENCODING")
        if coding is not None:
            _decode(environ, coding)
        if environ["REQUEST_METHOD"] == "HEAD" or not asks_for_gzip(environ.get("HTTP_ACCEPT_ENCODING")):
            return self._inner(environ, start_response)
        return self._compressed(environ, start_response)

    def _compressed(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        heard = _Head()
        chunks = self._inner(environ, heard)
        whole = chunks[0] if isinstance(chunks, list) and len(chunks) == 1 else None
        if not _worth_compressing(heard, whole):
            heard.pass_on(start_response, heard.headers)
            return chunks
        if whole is None:
            heard.pass_on(start_response, _encoded(heard.headers))
            return _Compressing(chunks)
        body = zlib.compress(whole, _LEVEL, _GZIP)
        heard.pass_on(start_response, [*_encoded(heard.headers), ("Content-Length", str(len(body)))])
        return [body]


class _Head:
    """Keeps the status and the headers of an answer until it is clear how its body is encoded."""

    def __init__(self) -> None:
        self.status = ""
        self.headers: Headers = []
        self._failure: Any = None

    def __call__(self, status: str, headers: Headers, exc_info: Any = None, /) -> Callable[[bytes], object]:
        self.status, self.headers, self._failure = status, headers, exc_info
        return _no_write

    def pass_on(self, start_response: StartResponse, headers: Headers) -> None:
        """Send the status with these headers."""
        if self._failure:
            start_response(self.status, headers, self._failure)
        else:
            start_response(self.status, headers)


def _no_write(_: bytes) -> None:
    raise NotImplementedError("no layer of the registry writes by WSGI's callable")


def _worth_compressing(head: _Head, whole: bytes | None) -> bool:
    if head.status[:3] in {"204", "304"} or header(head.headers, "content-encoding") is not None:
        return False
    if not compressible(header(head.headers, "content-type")):
        return False
    length = len(whole) if whole is not None else int(header(head.headers, "content-length") or MIN_COMPRESSED_BYTES)
    return length >= MIN_COMPRESSED_BYTES


def _encoded(headers: Headers) -> Headers:
    """Return the headers of the compressed answer, without its length.

    A strong validator names one sequence of bytes (RFC 9110, section 8.8.1), so the tag becomes a
    weak one.
    """
    kept = [(name, _weak(value) if name.lower() == "etag" else value) for name, value in headers]
    kept = [(name, value) for name, value in kept if name.lower() != "content-length"]
    return [*kept, ("Content-Encoding", "gzip")]


def _weak(tag: str) -> str:
    return tag if tag.startswith("W/") else f"W/{tag}"


class _Compressing:
    """Compresses a streamed body piece by piece, and closes it."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks = chunks

    def __iter__(self) -> Iterator[bytes]:
        compressor = zlib.compressobj(_LEVEL, zlib.DEFLATED, _GZIP)
        for chunk in self._chunks:
            if packed := compressor.compress(chunk):
                yield packed
        yield compressor.flush()

    def close(self) -> None:
        close: Callable[[], object] = getattr(self._chunks, "close", lambda: None)
        close()


def _decode(environ: WSGIEnvironment, coding: str) -> None:
    """Put the plain body in the place of the encoded one; its length is unknown then, as that of a chunked body."""
    names = [name.strip().lower() for name in coding.split(",")]
    encoded = [name for name in names if name not in {"", "identity"}]
    if not encoded:
        return
    known = len(encoded) == 1 and encoded[0] in {"gzip", "x-gzip", "deflate"}
    source = get_input_stream(environ)  # ends where the body ends
    environ.pop("CONTENT_LENGTH", None)
    environ["wsgi.input"] = io.BufferedReader(_Inflated(source) if known else _Unknown(coding))
    environ["wsgi.input_terminated"] = True


class _Inflated(io.RawIOBase):
    """The plain bytes of a compressed body.

    Holds one piece of it at a time, however large the whole would be.
    """

    def __init__(self, source: IO[bytes]) -> None:
        super().__init__()
        self._source = source
        self._inflater = zlib.decompressobj(_GZIP_OR_ZLIB)
        self._ended = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int:
        """Raise `BadRequest` if the bytes do not match their encoding."""
        try:
            data = self._next(len(buffer))
        except zlib.error as error:
            raise BadRequest(
                f"The body cannot be decompressed: {error}. Send valid gzip, or no Content-Encoding"
            ) from None
        buffer[: len(data)] = data
        return len(data)

    def _next(self, size: int) -> bytes:
        while not self._ended:
            packed = self._inflater.unconsumed_tail or self._source.read(_READ_BYTES)
            if not packed:
                raise zlib.error("the compressed data ends too early")
            data = self._inflater.decompress(packed, size)
            self._ended = self._inflater.eof
            if data:
                return data
        return b""


class _Unknown(io.RawIOBase):
    """A body in an encoding that cannot be read; said when it is read, in the shape of the API that reads it."""

    def __init__(self, coding: str) -> None:
        super().__init__()
        self._coding = coding[:80]

    def readable(self) -> bool:
        return True

    def readinto(self, _: Any, /) -> int:
        """Raise `UnsupportedMediaType`."""
        raise UnsupportedMediaType(
            f"Content-Encoding {self._coding!r} is not supported. Send gzip, deflate or plain JSON"
        )

"""Bytes of a trace file, decompressed in a thread of its own while the reader parses."""

from __future__ import annotations

import io
import lzma
import queue
import threading
from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from typing import IO, Any

from skipx.errors import BadInputError, SkipxError

Progress = Callable[[int, int | None], None]
"""Called with the bytes of the file read so far and its size, where known."""

PIECE_BYTES = 1 << 20
_READ_BYTES = 1 << 17
_PIECES_AHEAD = 4
_MAX_WINDOW_BYTES = 1 << 27
_SMALL_TEXT_BYTES = 1 << 30
_MAX_RATIO = 200

_GZIP = b"\x1f\x8b"
_ZSTD = b"\x28\xb5\x2f\xfd"
_XZ = b"\xfd7zXZ\x00"
_HEAD_BYTES = 16


class TruncatedError(EOFError):
    """The compressed stream ends before its end marker, at byte ``offset`` of its text."""

    def __init__(self, offset: int) -> None:
        super().__init__(f"the compressed file ends early, at byte {offset:,}")
        self.offset = offset


class _CountingReader(io.RawIOBase):
    """A binary file that counts what was read of it, with its first bytes put back."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.head = _read_head(file)
        self._put_back = self.head
        self.count = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        view = memoryview(buffer)
        if self._put_back:
            piece, self._put_back = self._put_back[: len(view)], self._put_back[len(view) :]
        elif hasattr(self._file, "readinto"):
            size = self._file.readinto(view) or 0
            self.count += size
            return size
        else:
            piece = self._file.read(len(view))
            if not isinstance(piece, bytes):
                raise BadInputError("a file opened in text mode", hint="open it in binary mode")
        view[: len(piece)] = piece
        self.count += len(piece)
        return len(piece)


class _Unpacker(io.RawIOBase):
    """The text of concatenated compressed streams, given up to the very byte of any damage."""

    def __init__(self, file: io.RawIOBase, new_decoder: Callable[[], Any]) -> None:
        self._file = file
        self._new_decoder = new_decoder
        self._decoder: Any = None
        self._rest = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        view = memoryview(buffer)
        while True:
            data = b""
            if self._decoder is None or self._decoder.needs_input:
                data = self._rest or self._file.read(_READ_BYTES) or b""
                self._rest = b""
                if self._decoder is None:
                    # Streams may be padded with zero bytes.
                    data = data.lstrip(b"\0")
                    if not data:
                        return 0
                    self._decoder = self._new_decoder()
                elif not data:
                    raise EOFError
            text = self._decoder.decompress(data, len(view))
            if self._decoder.eof:
                self._rest, self._decoder = self._decoder.unused_data, None
            if text:
                view[: len(text)] = text
                return len(text)


def read_pieces(
    file: IO[bytes], *, size: int | None, progress: Progress | None, max_text_bytes: int | None
) -> Iterator[memoryview]:
    """Yield the decompressed text of ``file`` in pieces, each valid until the next is asked for.

    gzip, zstd and xz are recognised by their first bytes. Raises ``TruncatedError`` behind the
    last piece of a compressed file that ends early, and ``BadInputError`` for one that is damaged
    or that unpacks to more than ``max_text_bytes`` (default: 200 times its size, at least 1 GiB).
    """
    source = _CountingReader(file)
    read_into, compressed = _decompressor(source)
    total = 0
    with closing(_prefetch(read_into)) as pieces:
        for piece in pieces:
            total += len(piece)
            limit = max_text_bytes or max(_SMALL_TEXT_BYTES, _MAX_RATIO * source.count)
            if total > limit and (compressed or max_text_bytes):
                raise BadInputError(
                    f"unpacks to more than {limit:,} bytes at byte {total:,}: a bomb, or no trace",
                    hint="--max-text-bytes, max_text_bytes in Python, sets another limit",
                    offset=total,
                )
            yield piece
            if progress is not None:
                progress(source.count, size)


def _read_head(file: IO[bytes]) -> bytes:
    head = b""
    while len(head) < _HEAD_BYTES:
        piece: object = file.read(_HEAD_BYTES - len(head))
        if not isinstance(piece, bytes):
            raise BadInputError("a file opened in text mode", hint="open it in binary mode")
        if not piece:
            break
        head += piece
    return head


def _decompressor(source: _CountingReader) -> tuple[Callable[[Any], int], bool]:
    """Return what reads the text into a buffer, and whether that unpacks."""
    if source.head.startswith(_GZIP):
        return _Unpacker(source, _gzip_decoder).readinto, True
    if source.head.startswith(_ZSTD):
        import zstandard

        decoder = zstandard.ZstdDecompressor(max_window_size=_MAX_WINDOW_BYTES)
        stream: Any = source
        return decoder.stream_reader(stream, read_across_frames=True, closefd=False).readinto, True
    if source.head.startswith(_XZ):
        return _Unpacker(source, _xz_decoder).readinto, True
    return source.readinto, False


def _gzip_decoder() -> Any:
    from isal import igzip_lib

    return igzip_lib.IgzipDecompressor(flag=igzip_lib.DECOMP_GZIP)


def _xz_decoder() -> Any:
    # Unlike in lzma.open, memory is bounded.
    return lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=4 * _MAX_WINDOW_BYTES)


def _prefetch(read_into: Callable[[Any], int]) -> Generator[memoryview]:
    """Yield what ``read_into`` gives, read ahead by a thread into a few buffers used in turn."""
    free: queue.SimpleQueue[memoryview | None] = queue.SimpleQueue()
    full: queue.SimpleQueue[memoryview | Exception | None] = queue.SimpleQueue()
    for _ in range(_PIECES_AHEAD):
        free.put(memoryview(bytearray(PIECE_BYTES)))

    def fill() -> None:
        error: Exception | None = None
        ended = False
        while not ended and (buffer := free.get()) is not None:
            size = 0
            try:
                while size < len(buffer) and not ended:
                    got = read_into(buffer[size:])
                    size += got
                    ended = not got
            except Exception as caught:
                # Handed to the consumer, behind the text that came before it.
                error, ended = caught, True
            if size:
                full.put(buffer[:size])
        full.put(error)

    thread = threading.Thread(target=fill, name="skipx-read-ahead", daemon=True)
    thread.start()
    offset = 0
    try:
        while isinstance(item := full.get(), memoryview):
            offset += len(item)
            yield item
            free.put(memoryview(item.obj))
        if item is not None:
            raise _as_input_error(item, offset) from item
    finally:
        free.put(None)
        thread.join()


def _as_input_error(error: Exception, offset: int) -> Exception:
    """Return what a failure to read on behind byte ``offset`` of the text means to the user."""
    if isinstance(error, EOFError):
        return TruncatedError(offset)
    if isinstance(error, SkipxError):
        return error
    # BadGzipFile is an OSError; zstandard's and isal's errors have no common base.
    reason = error or type(error).__name__
    return BadInputError(f"cannot be read or unpacked: {reason}, at byte {offset:,}", offset=offset)

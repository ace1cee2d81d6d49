"""A workspace between two jobs: a compressed archive that only sandboxes unpack."""

from __future__ import annotations

import io
import tarfile
import zlib
from typing import Mapping, Optional

from ._errors import WorkspaceError

# A job makes the archive, and says nothing true about its size: this much is looked at.
MAX_UNPACKED_BYTES = 256 << 20


def packed(files: Mapping[str, bytes]) -> bytes:
    """An archive of files with absolute paths, for `tar -x -C /`."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz", compresslevel=1) as archive:
        for path, content in files.items():
            member = tarfile.TarInfo(path.lstrip("/"))
            member.size = len(content)
            member.mode = 0o644
            archive.addfile(member, io.BytesIO(content))
    return buffer.getvalue()


def read_file(archive: bytes, path: str) -> Optional[bytes]:
    """The file of this absolute path; None if there is none, IsADirectoryError if it is one."""
    try:
        with tarfile.open(fileobj=io.BytesIO(_unpacked(archive)), mode="r:") as tar:
            return _content(tar, path)
    except (zlib.error, tarfile.TarError) as error:
        raise WorkspaceError("workspace_unreadable", str(error)) from error


def _unpacked(archive: bytes) -> bytes:
    unpacker = zlib.decompressobj(wbits=31)
    content = unpacker.decompress(archive, MAX_UNPACKED_BYTES)
    if not unpacker.eof:
        raise WorkspaceError("workspace_unreadable", "the archive is cut or too large")
    return content


def _content(tar: tarfile.TarFile, path: str) -> Optional[bytes]:
    for member in tar:
        if member.name.rstrip("/") != path.strip("/"):
            continue
        if member.isdir():
            raise IsADirectoryError(path)
        # Links are for the sandbox to follow, where they lead nowhere else.
        if not member.isreg():
            return None
        # A sparse file may claim any size.
        if member.size > MAX_UNPACKED_BYTES:
            raise WorkspaceError("workspace_unreadable", f"{path} is too large")
        file = tar.extractfile(member)
        return None if file is None else file.read()
    return None

"""A sandbox backend for LangChain's deepagents.

    from brood.adapters.deepagents import BroodSandbox

    agent = create_deep_agent(model=..., backend=BroodSandbox())

Commands are jobs of their own that find each other's files in `/workspace` and `/tmp`
(`brood.Workspace` says what stays and what does not). A process that is left in the background
ends with its command.
"""

from __future__ import annotations

import uuid
from typing import List, Optional, Tuple

from deepagents.backends.protocol import (ExecuteResponse, FileDownloadResponse,
                                          FileUploadResponse)
from deepagents.backends.sandbox import BaseSandbox

from .._client import Brood
from .._errors import WorkspaceError
from .._request import Limits
from .._workspace import Workspace, inside


class BroodSandbox(BaseSandbox):
    """All files live in this object; two of them share nothing."""

    def __init__(self, client: Optional[Brood] = None, *, timeout: int = 60,
                 limits: Optional[Limits] = None) -> None:
        """`timeout` is that of a command without one of its own, in seconds."""
        self._id = f"brood-{uuid.uuid4().hex}"
        self._workspace = Workspace(client or Brood(), limits=limits, timeout=timeout)

    @property
    def id(self) -> str:
        return self._id

    def execute(self, command: str, *, timeout: Optional[int] = None) -> ExecuteResponse:
        """Runs a command of bash; a time-out is the exit code 124."""
        # The protocol lets 0 stand for "no time-out", which no job has.
        result = self._workspace.run(command, timeout=timeout or None, merge_output=True)
        output = result.stdout
        if result.exit_code is None:
            output += f"\n[{result.status}: {result.message or result.signal}]"
        return ExecuteResponse(output, result.exit_code, result.stdout_truncated)

    def upload_files(self, files: List[Tuple[str, bytes]]) -> List[FileUploadResponse]:
        """Writes files, all of them in one job."""
        refused = {path: error for path, _ in files if (error := _error_of(path))}
        wanted = {path: content for path, content in files if path not in refused}
        if wanted:
            try:
                self._workspace.write(wanted)
            except WorkspaceError as error:
                # A folder is where a file shall be, or a file where a folder.
                refused.update((path, f"invalid_path: {error.message}") for path in wanted)
        return [FileUploadResponse(path, refused.get(path)) for path, _ in files]

    def download_files(self, paths: List[str]) -> List[FileDownloadResponse]:
        """Reads files; no job is needed for that."""
        return [self._download(path) for path in paths]

    def _download(self, path: str) -> FileDownloadResponse:
        error = _error_of(path)
        if error:
            return FileDownloadResponse(path, None, error)
        try:
            return FileDownloadResponse(path, self._workspace.read(path), None)
        except FileNotFoundError:
            return FileDownloadResponse(path, None, "file_not_found")
        except IsADirectoryError:
            return FileDownloadResponse(path, None, "is_directory")


def _error_of(path: str) -> Optional[str]:
    if not path.startswith("/"):
        return "invalid_path"
    try:
        inside(path)
    except ValueError:
        return "permission_denied"
    return None

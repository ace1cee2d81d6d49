"""Client of Brood, which runs untrusted code in a fresh sandbox.

    from brood import Brood

    with Brood() as brood:
        print(brood.execute("print(6 * 7)").stdout)
"""

from ._async_client import AsyncBrood, AsyncJobStream
from ._async_session import AsyncSession
from ._client import Brood, JobStream
from ._errors import (AccessError, BroodError, BusyError, JobError, RefusedError, ServerError,
                      TransportError, WorkspaceError)
from ._events import (CommandExitEvent, Event, ExitEvent, FileEvent, ResultEvent, StartEvent,
                      StderrEvent, StdoutEvent)
from ._request import InputFile, JobOptions, Limits
from ._results import (AllowedHost, CollectedFile, Compile, DeniedHost, Egress, Isolation,
                       LimitHit, Outcome, Result, RichResult, SkippedFile, Timing, Usage)
from ._service import Health, JobCounts, JobLoad, Pool, Profile, Runtime
from ._session import Session
from ._session_calls import SessionOptions
from ._session_results import (CellError, CellOutcome, CellResult, CommandInfo, CommandResult,
                               ContextInfo, ContextOutcome, FileInfo, SessionInfo, SessionUsage)
from ._transport import VERSION as __version__
from ._workspace import AsyncWorkspace, Workspace

__all__ = [
    "AccessError", "AllowedHost", "AsyncBrood", "AsyncJobStream", "AsyncSession", "AsyncWorkspace",
    "Brood", "BroodError", "BusyError", "CellError", "CellOutcome", "CellResult", "CollectedFile",
    "CommandExitEvent", "CommandInfo", "CommandResult", "Compile", "ContextInfo", "ContextOutcome",
    "DeniedHost", "Egress", "Event", "ExitEvent", "FileEvent", "FileInfo", "Health", "InputFile",
    "Isolation", "JobCounts", "JobError", "JobLoad", "JobOptions", "JobStream", "LimitHit",
    "Limits", "Outcome", "Pool", "Profile", "RefusedError", "Result", "ResultEvent", "RichResult",
    "Runtime", "ServerError", "Session", "SessionInfo", "SessionOptions", "SessionUsage",
    "SkippedFile", "StartEvent", "StderrEvent", "StdoutEvent", "Timing", "TransportError", "Usage",
    "Workspace", "WorkspaceError", "__version__",
]

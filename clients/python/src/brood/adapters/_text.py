"""Results in the words that a model is shown."""

from __future__ import annotations

from typing import List

from .._results import Result

DESCRIPTION = (
    "Runs a program in a fresh sandbox without network and returns what it printed. "
    "Nothing is kept from one call to the next: variables, files and imports are gone. "
    "Print what you want to see.")


def shortened(text: str, most: int) -> str:
    """The text, or its beginning and end if it is long."""
    if len(text) <= most:
        return text
    half = most // 2
    return f"{text[:half]}\n[{len(text) - 2 * half} characters left out]\n{text[len(text) - half:]}"


def told(result: Result, most: int) -> str:
    """Output, then errors, then how the job ended if it was not well."""
    parts: List[str] = [shortened(result.stdout, most)] if result.stdout else []
    if result.stderr:
        parts.append("stderr:\n" + shortened(result.stderr, most))
    if not result.ok:
        ended = f"exit code {result.exit_code}" if result.status == "error" else result.status
        parts.append(f"[{ended}{': ' + result.message if result.message else ''}]")
    return "\n".join(parts) or "[no output]"

"""The installed package is typed, and so is what uses it."""

import os
import shutil
import subprocess
import sys

import brood

USE = """
from brood import Brood, Event, Limits, Result, StdoutEvent

def run(code: str) -> Result:
    with Brood() as client:
        return client.execute(code, limits=Limits(processes=3), collect=["*"])

def said(event: Event) -> str:
    return event.text if isinstance(event, StdoutEvent) else ""

Brood().execute("", limits=3)  # type: ignore[arg-type]
Brood().execute("", limit=Limits())  # type: ignore[call-arg]
"""


def mypy(*arguments, cwd=None):
    done = subprocess.run([sys.executable, "-m", "mypy", "--strict", "--warn-unused-ignores",
                           "--cache-dir", os.devnull, *arguments],
                          capture_output=True, text=True, check=False, cwd=cwd)
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_strict_user_has_no_complaints(tmp_path):
    (tmp_path / "use.py").write_text(USE)
    mypy("use.py", cwd=tmp_path)


def test_the_package_is_strict_itself(tmp_path):
    folder = os.path.dirname(brood.__file__)
    assert os.path.exists(os.path.join(folder, "py.typed"))
    # Errors of installed packages are not shown; adapters need their frameworks.
    shutil.copytree(folder, tmp_path / "brood", ignore=shutil.ignore_patterns("adapters"))
    mypy("brood", cwd=tmp_path)

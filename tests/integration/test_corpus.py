"""Breadth: small programs over each language's standard library and run time.

corpus/LANGUAGE/NN_name.EXT is run over HTTP; what it writes is in NN_name.expected.
"""

import concurrent.futures
import pathlib

import pytest
from system import System

FOLDER = pathlib.Path(__file__).parent / "corpus"
PROGRAMS = sorted(path for path in FOLDER.glob("*/*") if path.suffix != ".expected")
# Compilers of C++ take most of a test's time, and leave a core idle now and then.
AT_ONCE = 3
# The languages that park, as they are meant to be used.
PARKED = {"min_idle": 1, "target_idle": 2, "max_workers": 8}
PROFILES = {language: PARKED | {"language": language}
            for language in ("javascript", "typescript", "ruby")}
# The least number of programs of TypeScript's own; its library is JavaScript's.
LEAST = {"typescript": 12}


def program_id(path):
    return f"{path.parent.name}/{path.stem}"


@pytest.fixture(scope="module")
def client():
    with System({"profiles": PROFILES}) as system:
        yield system.client


@pytest.fixture(scope="module")
def replies(client):
    """The replies of all programs, each of which is still running or already done."""
    with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
        def run(path):
            return client.execute(path.read_text(encoding="utf-8"), language=path.parent.name)
        yield {path: pool.submit(run, path) for path in PROGRAMS}


def test_there_is_breadth():
    languages = {path.parent.name for path in PROGRAMS}
    assert {"bash", "c", "cpp", "javascript", "ruby"} <= languages
    for language in languages:
        programs = [path for path in PROGRAMS if path.parent.name == language]
        assert len(programs) >= LEAST.get(language, 40), language


@pytest.mark.parametrize("path", PROGRAMS, ids=program_id)
def test_program(replies, path):
    reply = replies[path].result()
    assert reply.status == "ok", reply
    assert reply.stdout == path.with_suffix(".expected").read_text(encoding="utf-8")

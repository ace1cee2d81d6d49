"""Every Python example of the documents runs and prints what its comments say."""

import json
import os
import re
import subprocess
import sys

import pytest
from system import SESSIONS

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
import readmes  # noqa: E402

SYSTEM = SESSIONS


@pytest.mark.parametrize(
    "program, words", **readmes.parameters("clients/python/README.md", "README.md", "python"))
def test_an_example_prints_what_it_says(url, program, words):
    assert words, program
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True,
                          env=os.environ | {"BROOD_URL": url}, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == words


def test_the_first_example_needs_no_client(url):
    with open(os.path.join(readmes.ROOT, "README.md"), encoding="utf-8") as file:
        found = re.findall(r"^```sh\n(curl .*?)^```", file.read(), re.MULTILINE | re.DOTALL)
    assert len(found) == 1
    command = found[0].replace("http://127.0.0.1:8080", url)
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout)["stdout"] == "42\n"

"""The TypeScript client, packed and installed as a user would, under node's own test runner."""

import json
import os
import shutil
import subprocess

import pytest
import readmes

HERE = os.path.dirname(os.path.abspath(__file__))

EXAMPLES = readmes.parameters("clients/typescript/README.md", "README.md", "typescript")

TYPES = """
import { Brood, type Event, type Result } from "brood";
export const run = (code: string): Promise<Result> => new Brood().execute(code);
export function said(event: Event): string {
  return event.type === "stdout" ? event.text : "";
}
// @ts-expect-error a limit is a number
export const refused = () => new Brood().execute("", { limits: { processes: "3" } });
// @ts-expect-error an exit has no text
export const wrong = (event: Event & { type: "exit" }) => event.text;
"""


def environment_of(system):
    return os.environ | {"BROOD_URL": f"http://127.0.0.1:{system.client.port}"}


@pytest.fixture(scope="module")
def user():
    """The folder of somebody who has installed the package, with the tests and the examples."""
    folder = os.path.join(os.environ["BROOD_CLIENTS_NODE"], "user")
    for name in ("tests", "programs"):
        shutil.rmtree(os.path.join(folder, name), ignore_errors=True)
    shutil.copytree(os.path.join(HERE, "typescript"), os.path.join(folder, "tests"))
    os.mkdir(os.path.join(folder, "programs"))
    programs = {"types": TYPES} | {
        f"example{number}": program for number, (program, _) in enumerate(EXAMPLES["argvalues"])}
    for name, program in programs.items():
        with open(os.path.join(folder, "programs", name + ".ts"), "w", encoding="utf-8") as file:
            file.write(program)
    return folder


@pytest.fixture(scope="module")
def compiled(user):
    """One compiler's run over all that is written in TypeScript."""
    names = sorted(os.listdir(os.path.join(user, "programs")))
    return subprocess.run(
        ["npx", "--no-install", "tsc", "--strict", "--target", "ES2022", "--module", "NodeNext",
         "--skipLibCheck", *(f"programs/{name}" for name in names)],
        cwd=user, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("name", ["client", "failures", "ai"])
def test_node_runs_them_all(system, user, name):
    done = subprocess.run(["node", "--test", f"tests/{name}.test.mjs"], cwd=user,
                          env=environment_of(system), capture_output=True, text=True, timeout=180,
                          check=False)
    assert done.returncode == 0, done.stdout[-8000:] + done.stderr[-2000:]


def test_server_and_client_have_one_version(system, user):
    with open(os.path.join(user, "node_modules", "brood", "package.json"), encoding="utf-8") as file:
        assert json.load(file)["version"] == system.client.get("/health").json.version


def test_types_are_checked_strictly(compiled):
    assert compiled.returncode == 0, compiled.stdout


@pytest.mark.parametrize("number", range(len(EXAMPLES["argvalues"])), ids=EXAMPLES["ids"])
def test_an_example_prints_what_it_says(system, user, compiled, number):
    program, words = EXAMPLES["argvalues"][number]
    assert words, program
    done = subprocess.run(["node", f"programs/example{number}.js"], cwd=user, check=False,
                          env=environment_of(system), capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == words

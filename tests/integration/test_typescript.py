"""TypeScript: Node parked with a compiler that takes the types away."""

import os
import shutil

import preconditions
import pytest
from system import System

RUNTIMES = os.path.join(preconditions.build_dir(), "share/brood/runtimes")
PROFILE = {"language": "typescript", "min_idle": 1, "target_idle": 2, "max_workers": 8}


@pytest.fixture(scope="module")
def typescript():
    with System({"profiles": {"ts": PROFILE}}) as system:
        yield lambda code, **fields: system.client.execute(code, language="ts", **fields)


def test_it_is_parked(typescript):
    reply = typescript("const n: number = process.argv.length;\nconsole.log(n, __filename);", args=["a"])
    assert (reply.stdout, reply.stderr) == ("3 /workspace/main.ts\n", "")
    assert (reply.timing.warm_by, reply.language) == ("parked", "typescript")
    assert reply.version[0].isdigit()


def test_errors_name_the_lines_of_the_source(typescript):
    reply = typescript("interface Gone {\n  a: string;\n}\nenum Kept { a, b }\n\n"
                       "function fail(message: string): never {\n  throw new TypeError(message);\n}\n"
                       "fail('bad' as string);\n")
    assert reply.exit_code == 1
    assert "TypeError: bad\n    at fail (/workspace/main.ts:7:9)" in reply.stderr
    assert "/workspace/main.ts:9:1" in reply.stderr


def test_a_syntax_error_is_shown_with_its_place(typescript):
    reply = typescript("let a = 1;\nconst b: number = ;\n")
    assert reply.exit_code == 1
    assert reply.stderr.startswith(
        "/workspace/main.ts:2\nconst b: number = ;\n                  ^\n\nSyntaxError: ")


def test_files_beside_it_may_be_typescript(typescript):
    reply = typescript("import { twice } from './lib/twice';\nimport names from './names.json';\n"
                       "console.log(twice(names.length));\n",
                       files=[{"path": "lib/twice.ts", "content": "export const twice = (n: number): number => 2 * n;"},
                              {"path": "names.json", "content": '["a", "b"]'}])
    assert (reply.stdout, reply.stderr) == ("4\n", "")


@pytest.mark.parametrize("code, limits, status", [
    ("for (;;);", {"wall_time_ms": 400}, "timeout"),
    ("const a: Buffer[] = []; for (;;) a.push(Buffer.alloc(1 << 20, 1));", {}, "memory_limit"),
    ("process.exit(3 as number)", {}, "error"),
    ("enum E { a }; console.log(E.a)", {"memory_bytes": 128 << 20}, "ok"),
])
def test_verdicts(typescript, code, limits, status):
    assert typescript(code, limits=limits).status == status


def test_without_a_profile_it_is_executed(start_system):
    reply = start_system().client.execute("const n: number = 1; console.log(n)", language="typescript")
    assert (reply.stdout, reply.timing.warm_by) == ("1\n", "exec")


def test_without_a_compiler_it_says_so(start_system, tmp_path):
    """An operator's copy of the language that looks for its compiler where there is none."""
    folder = tmp_path / "elsewhere"
    shutil.copytree(os.path.join(RUNTIMES, "typescript"), folder)
    (folder / "compiler.js").unlink(missing_ok=True)
    manifest = (folder / "manifest.toml").read_text()
    for old, new in [('name = "typescript"', 'name = "elsewhere"'), ('aliases = ["ts"]', ""),
                     ('endings = ["ts", "mts", "cts"]', ""),
                     ("{runtimes}/typescript/", "{runtimes}/elsewhere/")]:
        assert old in manifest
        manifest = manifest.replace(old, new)
    (folder / "manifest.toml").write_text(manifest)
    script = (folder / "typescript.js").read_text()
    assert "/usr/" in script and "process.features.typescript" in script
    (folder / "typescript.js").write_text(
        script.replace("/usr/", "/nowhere/").replace("process.features.typescript", "false"))
    settings = {"supervisor": {"extra_runtimes_dirs": [str(tmp_path)]},
                "profiles": {"other": PROFILE | {"language": "elsewhere"}}}
    with System(settings) as system:
        response = system.client.post("/v1/execute", {"language": "elsewhere", "code": "1"})
        assert response.status == 400 and response.json.error.code == "language_unavailable"
        assert "npm install --global typescript" in response.json.error.message
        assert system.client.execute("print(1)").stdout == "1\n"

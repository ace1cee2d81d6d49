"""Programs that once went wrong, in every language: one row each, with the right result."""

import base64
import json
import os
import pathlib
import re
import tomllib

import pytest
from tiers import current

TABLES = pathlib.Path(__file__).parent / "languages"


def is_there(language):
    table = tomllib.loads((TABLES / f"{language}.toml").read_text(encoding="utf-8"))
    return os.access(table.get("binary", "/"), os.X_OK)


def file(path, content):
    return {"path": path, "content": content}


# A check reads all descriptions of the library, which a busy machine takes its time for.
CHECKED = {"memory_bytes": 512 << 20, "wall_time_ms": 120_000, "cpu_time_ms": 60_000}

# name: (request, expected). A pattern where re.compile() stands; else the value itself.
CASES = {
    # --- Variables that Python reads when it starts ------------------------------------------------
    "asserts_go_with_pythonoptimize": (
        {"code": "assert False\nprint('ok')", "env": {"PYTHONOPTIMIZE": "1"}},
        {"status": "ok", "stdout": "ok\n"}),
    "hash_seed": (
        {"code": "print(hash('a'))", "env": {"PYTHONHASHSEED": "0"}},
        {"stdout": "4644417185603328019\n"}),
    "warnings_become_errors": (
        {"code": "import warnings\nwarnings.warn('w')", "env": {"PYTHONWARNINGS": "error"}},
        {"status": "error", "stderr": re.compile("UserWarning: w")}),
    "output_in_another_encoding": (
        {"code": "print('é')", "env": {"PYTHONIOENCODING": "latin-1"}},
        {"stdout": base64.b64encode(b"\xe9\n").decode(), "stdout_encoding": "base64"}),
    "an_empty_variable_is_none": (
        {"code": "import sys\nassert not __debug__ or 'json' in sys.modules\nprint('warm')",
         "env": {"PYTHONOPTIMIZE": ""}},
        {"status": "ok", "stdout": "warm\n"}),
    "arguments_survive_a_new_start": (
        {"code": "import sys\nprint(sys.argv[1:], sys.flags.optimize)", "args": ["a", "b c"],
         "env": {"PYTHONOPTIMIZE": "2"}},
        {"stdout": "['a', 'b c'] 2\n"}),
    "no_bytecode": (
        {"code": "import sys, m, os\nprint(sys.dont_write_bytecode, os.path.exists('__pycache__'))",
         "files": [file("m.py", "")], "env": {"PYTHONDONTWRITEBYTECODE": "1"}},
        {"stdout": "True False\n"}),
    "pythonpath": (
        {"code": "import m\nprint(m.x)", "files": [file("lib/m.py", "x = 1")],
         "env": {"PYTHONPATH": "lib"}},
        {"status": "ok", "stdout": "1\n"}),
    "pythonpath_is_absolute_and_in_order": (
        {"code": "import os, sys\nhome = os.getcwd()\n"
                 "print([p.removeprefix(home) for p in sys.path[:4]])",
         "env": {"PYTHONPATH": "lib:./b/../c/::lib"}},
        {"stdout": "['', '/lib', '/c', '']\n"}),
    "a_module_on_pythonpath_hides_a_preloaded_one": (
        {"code": "import statistics\nprint(statistics.mean([1]))",
         "files": [file("lib/statistics.py", "def mean(x): return 'mine'")],
         "env": {"PYTHONPATH": "lib"}},
        {"stdout": "mine\n"}),
    "what_is_loaded_from_there_stays_loaded": (
        {"code": "import numpy, queue, sys\nprint(numpy.arange(3).sum(), queue.Queue().qsize())\n"
                 "there = '/usr/lib/python3/dist-packages'\n"
                 "print(sys.path.index(there), sys.path.count(there))",
         "env": {"PYTHONPATH": "/usr/lib/python3/dist-packages"}},
        {"status": "ok", "stdout": "3 0\n1 1\n"}),
    "sitecustomize_on_pythonpath": (
        {"code": "print(done)", "env": {"PYTHONPATH": "lib"},
         "files": [file("lib/sitecustomize.py", "import builtins\nbuiltins.done = 'customized'")]},
        {"stdout": "customized\n"}),
    # --- Own modules -------------------------------------------------------------------------------
    "own_module_named_as_a_preloaded_one": (
        {"code": "from queue import Queue\nprint(Queue().size())",
         "files": [file("queue.py", "class Queue:\n    def size(self): return 0\n")]},
        {"status": "ok", "stdout": "0\n"}),
    "own_module_is_not_silently_another": (
        {"code": "import statistics\nprint(statistics.mean([1, 2]))",
         "files": [file("statistics.py", "def mean(x): return 'mine'")]},
        {"stdout": "mine\n"}),
    "own_package_with_the_submodules_of_another": (
        {"code": "import json, json.tool\nprint(json.x, json.tool.y)",
         "files": [file("json/__init__.py", "x = 1"), file("json/tool.py", "y = 2")]},
        {"stdout": "1 2\n"}),
    "own_package_lacks_what_the_other_has": (
        {"code": "import xml.etree", "files": [file("xml/__init__.py", "")]},
        {"status": "error", "stderr": re.compile("No module named 'xml.etree'")}),
    "a_folder_is_no_package": (
        {"code": "import json\nprint(json.dumps(1))", "files": [file("json/data.py", "")]},
        {"stdout": "1\n"}),
    "what_is_loaded_before_any_script_stays": (
        {"code": "import os, math, io\nprint(os.sep, math.floor(1.5), io.StringIO('x').read())",
         "files": [file("os.py", "1/0"), file("math.py", "1/0"), file("io.py", "1/0")]},
        {"stdout": "/ 1 x\n"}),
    "others_keep_what_they_took": (
        {"code": "import numbers, concurrent.futures as c, enum\n"
                 "class E(enum.Enum): A = 1\n"
                 "with c.ThreadPoolExecutor(1) as pool: print(pool.submit(lambda: 6).result())\n"
                 "print(E.A, numbers.mine)",
         "files": [file("numbers.py", "mine = True"), file("queue.py", ""), file("random.py", "")]},
        {"status": "ok", "stdout": "6\nE.A True\n", "stderr": ""}),
    "own_json_and_rich_results": (
        {"code": "import json\njson.x", "rich": True, "files": [file("json.py", "x = {'a': 1}")]},
        {"status": "ok", "results.0.data": '{"a": 1}', "stderr": ""}),
    # --- Printing ----------------------------------------------------------------------------------
    "pieces_print_as_ever": (
        {"code": "import sys\nclass A:\n    def __str__(self):\n        print('inner')\n        return 'A'\n"
                 "print('a', A(), 1, 2.5, None, sep='-', end='!\\n')\n"
                 "print()\nprint(end='')\nprint('x', file=sys.stderr)\n"
                 "print('ok', '\\udcff', flush=True)\n"
                 "try: print('before', '\\ud800')\nexcept UnicodeEncodeError: print('| raised')"},
        {"stdout": base64.b64encode(b"a-inner\nA-1-2.5-None!\n\nok \xff\nbefore | raised\n").decode(),
         "stderr": "x\n"}),
    "a_write_of_the_scripts_own": (
        {"code": "import sys\nseen = []\nwrite = sys.stdout.write\nsys.stdout.write = seen.append\n"
                 "print('a', 1)\nsys.stdout.write = write\nprint(seen)"},
        {"stdout": "['a', ' ', '1', '\\n']\n"}),
    "what_was_printed_before_an_error_in_an_argument": (
        {"code": "class A:\n    def __str__(self): raise ValueError('no')\nprint('a', 'b', A())"},
        {"status": "error", "stdout": "a b ", "stderr": re.compile("ValueError: no")}),
    "a_print_and_a_kill": (
        {"code": "import os\nprint('line')\nprint('no end', 1, end='')\nos.kill(os.getpid(), 9)"},
        {"status": "killed", "stdout": "line\nno end 1"}),
    # --- Rich results ------------------------------------------------------------------------------
    "rich_break_outside_a_loop": (
        {"code": "break\n5\n", "rich": True},
        {"status": "error", "exit_code": 1, "stderr": re.compile("SyntaxError: 'break' outside loop")}),
    "rich_return_outside_a_function": (
        {"code": "return 5\n5\n", "rich": True},
        {"status": "error", "exit_code": 1, "stderr": re.compile("SyntaxError: 'return' outside")}),
    "rich_duplicate_argument": (
        {"code": "def f(a, a): pass\nf\n", "rich": True},
        {"status": "error", "exit_code": 1, "stderr": re.compile("SyntaxError: duplicate argument")}),
    "rich_error_in_the_last_expression": (
        {"code": "x = 1\n(yield x)\n", "rich": True},
        {"status": "error", "exit_code": 1, "stderr": re.compile("SyntaxError: 'yield' outside")}),
    "rich_expression_too_deep": (
        {"code": "x = " + "+".join(["1"] * 4000) + "\nprint(x)", "rich": True},
        {"status": "error", "exit_code": 1,
         "stderr": "RecursionError: maximum recursion depth exceeded during compilation\n"}),
    "rich_await": (
        {"code": "import asyncio\nasync def main():\n    await asyncio.sleep(0)\n    return 5\n"
                 "task = asyncio.create_task(main())\nresult = await main()\nprint(result)\nawait task",
         "rich": True},
        {"status": "ok", "stdout": "5\n", "results.0.data": "5"}),
    "rich_await_that_raises": (
        {"code": "async def main():\n    1 / 0\nawait main()", "rich": True},
        {"status": "error", "stderr": re.compile(
            r'\ATraceback \(most recent call last\):\n  File "[^"]*/main.py", line 3, in <module>\n')}),
    "rich_asyncio_run": (
        {"code": "import asyncio\nasync def main(): return 5\nasyncio.run(main())", "rich": True},
        {"results.0.data": "5"}),
    "rich_display_arguments": (
        {"code": "h = display(1, display_id=True)\ndisplay({'text/html': '<b>x</b>'}, raw=True)\n"
                 "h.update(2)\ndisplay({'a': 1}, exclude=['text/plain'], metadata={}, transient={})",
         "rich": True},
        {"status": "ok", "results.0.data": "1", "results.1.mime": "text/html",
         "results.2.data": "2", "results.3.mime": "application/json"}),
    "rich_mimebundle_arguments": (
        {"code": "class A:\n    def _repr_mimebundle_(self, include, exclude):\n"
                 "        return {'text/html': '<b>h</b>'}\nA()", "rich": True},
        {"results.0.mime": "text/html", "stderr": ""}),
    "rich_mimebundle_without_arguments": (
        {"code": "class A:\n    def _repr_mimebundle_(self):\n        return {'text/html': 'h'}\nA()",
         "rich": True},
        {"results.0.mime": "text/html", "stderr": ""}),
    "rich_thing_that_displays_itself": (
        {"code": "class A:\n    def _ipython_display_(self): display('self')\nA()", "rich": True},
        {"results.0.data": "'self'"}),
    "rich_matplotlib_inline": (
        {"code": "%matplotlib inline\nprint(1)", "rich": True}, {"stdout": "1\n"}),
    "rich_commands_within": (
        {"code": "%load_ext autoreload\n%autoreload 2\nx = (7\n% 4)\nif x:\n    %config A.b = 'c'\n"
                 "print(x, '''\n%matplotlib\n!ls''')", "rich": True},
        {"stdout": "3 \n%matplotlib\n!ls\n", "stderr": ""}),
    "rich_shell_command": (
        {"code": "x = 1\n!pip install numpy", "rich": True},
        {"status": "error", "exit_code": 1,
         "stderr": re.compile("line 2\n.*\n.*\nSyntaxError: '!' is a notebook's shell command")}),
    "rich_assigned_shell_command": (
        {"code": "files = !ls", "rich": True},
        {"status": "error", "stderr": re.compile("SyntaxError: '!' is a notebook's shell command")}),
    "rich_other_command": (
        {"code": "%%timeit\nprint(1)", "rich": True},
        {"status": "error", "stdout": "",
         "stderr": re.compile("SyntaxError: %%timeit is a notebook's command")}),
    "rich_question": (
        {"code": "print?", "rich": True},
        {"status": "error", "stderr": re.compile("help")}),
    "rich_trailing_semicolon": (
        {"code": "import matplotlib.pyplot as plt\nplt.plot([1, 2]);\n", "rich": True},
        {"results.0.mime": "image/png"}),
    "rich_semicolon_in_parentheses_and_before_a_comment": (
        {"code": "(\n 'ž'  # c\n) ;  # quiet", "rich": True}, {"results": []}),
    "rich_semicolon_within": (
        {"code": "x = 1; 'a;'", "rich": True}, {"results.0.data": "'a;'"}),
    "rich_and_a_variable_that_comes_too_late": (
        {"code": "1", "rich": True, "env": {"PYTHONOPTIMIZE": "1"}},
        {"status": "ok", "stderr": "brood: PYTHONOPTIMIZE has no effect in a job with rich results\n"}),
    # --- Output ------------------------------------------------------------------------------------
    "output_is_cut_between_characters": (
        {"code": "print('☕' * 1000)", "limits": {"output_bytes": 1000}},
        {"status": "output_limit", "stdout": "☕" * 333, "stdout_encoding": None}),
    "binary_output": (
        {"code": "import sys\nsys.stdout.buffer.write(bytes(range(256)))\n"
                 "sys.stderr.buffer.write(b'ok')"},
        {"stdout": base64.b64encode(bytes(range(256))).decode(), "stdout_encoding": "base64",
         "stderr": "ok", "stderr_encoding": None}),
    "binary_output_is_cut_at_the_byte": (
        {"code": "import os\nos.write(1, b'\\xff' + b'\\xe2\\x98\\x95' * 10)",
         "limits": {"output_bytes": 3}},
        {"stdout": base64.b64encode(b"\xff\xe2\x98").decode(), "stdout_encoding": "base64"}),
    "half_a_character_of_the_jobs_own": (
        {"code": "import os\nos.write(1, b'a\\xe2\\x98')"},
        {"stdout": base64.b64encode(b"a\xe2\x98").decode(), "stdout_encoding": "base64"}),
    # --- Compiled languages ------------------------------------------------------------------------
    "c_of_two_sources": (
        {"language": "c", "code": "#include <stdio.h>\nint f(void);\n"
                                  "int main(void) { printf(\"%d\\n\", f()); }\n",
         "files": [file("f.c", "int f(void) { return 4; }")]},
        {"status": "ok", "stdout": "4\n"}),
    "c_with_a_source_that_is_included": (
        {"language": "c", "code": "#include <stdio.h>\n#include \"lib/table.c\"\nint g(void);\n"
                                  "int main(void) { printf(\"%d\\n\", table[1] + g()); }\n",
         "files": [file("lib/table.c", "int table[] = {1, 2};"),
                   file("lib/an other.c", "int g(void) { return 5; }")]},
        {"status": "ok", "stdout": "7\n"}),
    "cpp_of_several_sources": (
        {"language": "cpp", "code": "#include <iostream>\n#include \"g.h\"\nextern \"C\" int f(void);\n"
                                    "int main() { std::cout << f() + g() << '\\n'; }\n",
         "files": [file("f.c", "int f(void) { int class = 4; return class; }"),
                   file("lib/g.cpp", "#include \"../g.h\"\nint g() { return 3; }"),
                   file("g.h", "int g();")]},
        {"status": "ok", "stdout": "7\n"}),
    "java_class_of_another_name": (
        {"language": "java",
         "code": 'class Foo { public static void main(String[] a) { System.out.println("hi"); } }'},
        {"status": "ok", "stdout": "hi\n"}),
    "java_public_class_of_another_name": (
        {"language": "java", "code": 'public class Hello { public static void main(String[] a) '
                                     '{ System.out.println("hi"); } }'},
        {"status": "ok", "stdout": "hi\n"}),
    "java_of_several_sources_in_packages": (
        {"language": "java",
         "code": "package app; // class Wrong {\nimport lib.Helper;\n"
                 "class Other { static String s = \"class Q {\"; void f() { Start.main(null); } }\n"
                 "public class Start { public static void main(String... a) "
                 "{ System.out.println(Helper.six()); } }\n",
         "files": [file("lib/Helper.java", "package lib; public class Helper {\n"
                        " public static int six() { return 6; }\n"
                        " public static void main(String[] a) {} }")]},
        {"status": "ok", "stdout": "6\n"}),
    "java_without_main": (
        {"language": "java", "code": "class Foo {}"},
        {"status": "compile_error",
         "compile.stderr": re.compile(r"no class has a method public static void main\(String")}),
    # --- Scripts -----------------------------------------------------------------------------------
    "php_without_a_tag": ({"language": "php", "code": 'echo "hi";'}, {"stdout": "hi"}),
    "php_without_a_tag_keeps_its_lines": (
        {"language": "php", "code": "#!/usr/bin/php\n$a = 1;\nthrow new Exception('x');"},
        {"status": "error", "stderr": re.compile(r"main.php:3")}),
    "php_of_a_page": (
        {"language": "php", "code": "<p>\n<?= 1 + 1 ?></p>"}, {"stdout": "<p>\n2</p>"}),
    "php_of_nothing_but_a_page": ({"language": "php", "code": "\n<p>1;</p>"}, {"stdout": "\n<p>1;</p>"}),
    "php_text_before_a_tag": ({"language": "php", "code": "a <?php echo 1;"}, {"stdout": "a 1"}),
    "typescript_satisfies": (
        {"language": "typescript",
         "code": "const a = { b: 1 } satisfies Record<string, number>;\nconsole.log(a.b);\n"},
        {"stdout": "1\n"}),
    "typescript_unchecked": (
        {"language": "typescript", "code": "const x: number = 'a';\nconsole.log(x);"},
        {"status": "ok", "stdout": "a\n"}),
    "typescript_checked": (
        {"language": "typescript", "code": "const x: number = \"a\";\nconsole.log(x);\n",
         "env": {"TYPESCRIPT_CHECK": "1"}, "limits": CHECKED},
        {"status": "error", "exit_code": 2, "stdout": "",
         "stderr": re.compile("main.ts\\(1,7\\): error TS2322: Type 'string' is not assignable")}),
    "typescript_checked_and_right": (
        {"language": "typescript", "env": {"TYPESCRIPT_CHECK": "1"},
         "limits": CHECKED,
         "code": "import { readFileSync } from 'node:fs';\nimport { two } from './lib';\n"
                 "const name: string = 'x';\nconst b: Buffer = Buffer.from(name);\n"
                 "setTimeout(() => console.log(two, b.length, process.argv.length), 1);\n"
                 "await Promise.resolve(readFileSync);\n",
         "files": [file("lib.ts", "export const two: number = 2;")]},
        {"status": "ok", "stdout": "2 1 2\n", "stderr": ""}),
}


def found(reply, path):
    for part in path.split("."):
        reply = reply[int(part)] if isinstance(reply, list) else reply.get(part)
    return reply


@pytest.mark.parametrize("name", [
    name for name, (request, _) in CASES.items() if is_there(request.get("language", "python"))])
def test_case(client, name):
    request, expected = CASES[name]
    response = client.post("/v1/execute", {"language": "python"} | request)
    assert response.status == 200, response
    for path, value in expected.items():
        got = found(dict(response.json), path)
        right = value.search(got) if isinstance(value, re.Pattern) else got == value
        assert right, (path, got, dict(response.json))


def test_a_print_is_one_write(client):
    """Seen from its own end: each write to a pipe in packet mode is read by itself."""
    reply = client.execute("""
import os, sys
reading, writing = os.pipe2(os.O_DIRECT)
kept = os.dup(1)
os.dup2(writing, 1)
print("a", 1, None, sep=", ")
print("é", [1], end="!")
os.dup2(kept, 1)
os.close(writing)
print([packet for packet in iter(lambda: os.read(reading, 100).decode(), "")])
""")
    assert reply.stdout == "['a, 1, None\\n', 'é ', '[1]!']\n", dict(reply)


def test_output_in_a_stream(client):
    """Every byte, as text or in base64; and no half character where the limit cut."""
    with client.stream("import os\nos.write(1, b'ab')\nos.write(2, b'x\\xfey\\xe2')") as stream:
        stream.rest()
    events = [(event.name, event.json) for event in stream.seen if event.name in ("stdout", "stderr")]
    assert all("encoding" not in data for name, data in events if name == "stdout")
    pieces = [base64.b64decode(data["data"]) if data.get("encoding") == "base64"
              else data["data"].encode() for name, data in events if name == "stderr"]
    assert b"".join(pieces) == b"x\xfey\xe2"
    with client.stream("print('☕' * 1000)", limits={"output_bytes": 1000}) as stream:
        stream.rest()
    assert stream.output() == "☕" * 333


def test_the_cli_says_the_same(system):
    program = os.path.join(system.directory, "binary.py")
    with open(program, "w", encoding="utf-8") as source:
        source.write("import os\nos.write(1, b'\\xff')\nos.write(2, b'e')")
    result = json.loads(system.brood("run", "--json", program).stdout)
    assert (result["stdout"], result["stdout_encoding"], result["stderr"]) == ("/w==", "base64", "e")
    assert "stderr_encoding" not in result


def test_runtimes_say_what_there_is_to_know(client):
    described = {one["language"]: one.get("description", "")
                 for one in client.get("/v1/runtimes").json["runtimes"]}
    assert "<?php" in described["php"] and "TYPESCRIPT_CHECK" in described["typescript"]
    assert ".c files" in described["c"] and "main()" in described["java"]


def test_own_proc_at_the_level_of_processes(client):
    """A child has a /proc/self of its own, but at the level process."""
    reply = client.execute("import subprocess\nprint(open('/proc/self/status').readline()[:5])\n"
                           "print(subprocess.run(['cat', '/proc/self/comm'], capture_output=True))")
    assert reply.stdout.startswith("Name:\n")
    assert ("stdout=b'cat\\n'" in reply.stdout) == (current() != "process"), reply.stdout

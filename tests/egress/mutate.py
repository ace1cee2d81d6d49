#!/usr/bin/python3 -B
"""Lifts each check of the broker in turn and shows which unit tests notice. Exit code 1 if none do.

    mutate.py SOURCE BUILD [WORD…]

Works in a copy of the tree below BUILD/mutants, which has a build tree of its own. Without words
every check of checks.toml is lifted, else those whose names contain one of them. Writes the table to the
file named by BROOD_EGRESS_MUTATION_TABLE.
"""

import os
import pathlib
import re
import shutil
import subprocess
import sys
import tomllib

SUITES = ("egress_policy_test", "egress_protocols_test", "egress_network_test", "egress_proxies_test",
          "egress_broker_test")
# A lifted check may leave something unreachable or unused: that is no error here.
CONFIGURE = ("-DBROOD_WERROR=OFF", "-DCMAKE_BUILD_TYPE=Release", "-GNinja")
FAILED = re.compile(r"^\[  FAILED  \] ([\w/]+\.[\w/]+)", re.MULTILINE)


def run(*command, **options):
    return subprocess.run(command, capture_output=True, text=True, check=False, **options)


class Copy:
    """A copy of the sources, with a build tree beside it."""

    def __init__(self, source, folder):
        self._sources, self._build = folder / "source", folder / "build"
        shutil.rmtree(self._sources, ignore_errors=True)
        # With times of now: an object may be of a source that was changed in an earlier run.
        shutil.copytree(source, self._sources, ignore=shutil.ignore_patterns("build", ".git"),
                        copy_function=shutil.copy)
        # The build tree's folder for what is fetched: nothing of egress needs it.
        (self._sources / "build").mkdir()
        configured = run("cmake", "-S", self._sources, "-B", self._build, *CONFIGURE)
        if configured.returncode != 0:
            sys.exit(configured.stderr)

    def path(self, name):
        return self._sources / name

    def failing_tests(self):
        """Returns the names of the tests that fail, or None where it does not compile."""
        built = run("cmake", "--build", self._build, "--target", *SUITES,
                    env={**os.environ, "CCACHE_BASEDIR": str(self._sources), "CCACHE_NOHASHDIR": "1"})
        if built.returncode != 0:
            print(built.stdout[-4000:], file=sys.stderr)
            return None
        failed = []
        for suite in SUITES:
            (program,) = [path for path in self._build.rglob(suite) if path.is_file()]
            # One that hangs without the check has noticed as well.
            try:
                ended = run(program, "--gtest_brief=1", timeout=120)
            except subprocess.TimeoutExpired:
                failed.append(f"{suite} (does not end)")
                continue
            names = FAILED.findall(ended.stdout)
            if ended.returncode != 0 and not names:
                names = [f"{suite} (code {ended.returncode})"]
            failed += names
        return sorted(set(failed))


def lifted(copy, check):
    """Returns the tests that fail without it."""
    path = copy.path(check["file"])
    text = path.read_text(encoding="utf-8")
    if text.count(check["find"]) != 1:
        sys.exit(f"{check['name']}: {check['file']} has its text {text.count(check['find'])} times")
    path.write_text(text.replace(check["find"], check["lifted"]), encoding="utf-8")
    try:
        return copy.failing_tests()
    finally:
        path.write_text(text, encoding="utf-8")


def row_of(check, failed):
    if failed is None:
        return "does not compile"
    return ", ".join(failed[:3]) + (f" and {len(failed) - 3} more" if len(failed) > 3 else "")


def main():
    source, build, *words = sys.argv[1:]
    here = pathlib.Path(__file__).resolve().parent
    checks = tomllib.loads((here / "checks.toml").read_text(encoding="utf-8"))["check"]
    if words:
        checks = [check for check in checks if any(word in check["name"] for word in words)]
    copy = Copy(pathlib.Path(source).resolve(), pathlib.Path(build).resolve() / "mutants")
    if (failed := copy.failing_tests()) != []:
        sys.exit(f"without any change: {failed}")
    rows, unnoticed = [], []
    for check in checks:
        failed = lifted(copy, check)
        rows.append((check["name"], row_of(check, failed) or "NONE"))
        if not failed:
            unnoticed.append(check["name"])
        print(f"{rows[-1][0]:52} {rows[-1][1]}", flush=True)
    if path := os.environ.get("BROOD_EGRESS_MUTATION_TABLE"):
        write_table(path, rows)
    print(f"\n{len(rows)} checks, unnoticed: {', '.join(unnoticed) or 'none'}")
    return 1 if unnoticed else 0


def write_table(path, rows):
    with open(path, "w", encoding="utf-8") as file:
        file.write("# What notices the loss of each check of the network's broker\n\n"
                   "Written by `./dev mutate egress`: each check of `tests/egress/checks.toml` is lifted in a "
                   "copy of\nthe sources, and the unit tests of `egress/` run.\n\n"
                   "| check that is lifted | tests that fail then |\n|---|---|\n")
        for name, failed in rows:
            file.write(f"| {name} | {failed} |\n")


if __name__ == "__main__":
    sys.exit(main())

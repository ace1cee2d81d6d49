"""Tables of what guests have run: table.py [--document] FILE ... reads results.json files.

--document: all of docs/vm.md. Of a kernel that has run everything, only that is shown.
"""

import json
import sys

HEAD = """# Other kernels

Written by `./dev vm all`: suites that ran in a virtual machine with a kernel of Debian's on this
machine's file system, where cgroups are version 2 alone and Landlock is older than here. The CPU is
emulated, which makes everything take thirty times as long or more; so nothing is preloaded into
interpreters, and suites that say nothing about a kernel are left out. `./dev vm` runs the set
`lean`.
"""


def table(report):
    suites = report["suites"]
    yield (f"\n## Linux {report['kernel']}, Landlock ABI {report['landlock']}, "
           f"cgroups {report['cgroups']}\n")
    yield "| suite | tier | passed | failed | seconds |\n|---|---|---:|---|---:|"
    for suite in suites:
        failed = ", ".join(suite["failed"]).replace("|", "\\|") or "0"
        yield (f"| {suite['suite']} | {suite['tier']} | {suite['passed']} | {failed} "
               f"| {suite['seconds']} |")
    yield (f"\n{sum(suite['passed'] for suite in suites)} passed, "
           f"{sum(len(suite['failed']) for suite in suites)} failed, "
           f"{sum(suite['seconds'] for suite in suites)} s.")


def read(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def main():
    arguments = sys.argv[1:]
    is_document = arguments[:1] == ["--document"]
    reports = [read(path) for path in arguments[is_document:]]
    if is_document:
        print(HEAD, end="")
        complete = {report["kernel"] for report in reports if report["set"] == "all"}
        reports = [report for report in reports
                   if report["set"] == "all" or report["kernel"] not in complete]
    for report in reports:
        print("\n".join(table(report)))


if __name__ == "__main__":
    main()

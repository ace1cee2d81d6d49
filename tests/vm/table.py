"""Tables of what guests have run: table.py FILE ... writes Markdown of results.json files."""

import json
import sys


def table(report):
    suites = report["suites"]
    yield (f"\n## Linux {report['kernel']}, Landlock ABI {report['landlock']}, "
           f"cgroups {report['cgroups']}\n")
    yield "| suite | tier | passed | failed | seconds |\n|---|---|---:|---|---:|"
    for suite in suites:
        failed = ", ".join(suite["failed"]).replace("|", "\\|") or "0"
        yield f"| {suite['suite']} | {suite['tier']} | {suite['passed']} | {failed} | {suite['seconds']} |"
    yield (f"\n{sum(suite['passed'] for suite in suites)} passed, "
           f"{sum(len(suite['failed']) for suite in suites)} failed, "
           f"{sum(suite['seconds'] for suite in suites)} s.")


def main():
    for path in sys.argv[1:]:
        with open(path, encoding="utf-8") as file:
            print("\n".join(table(json.load(file))))


if __name__ == "__main__":
    main()

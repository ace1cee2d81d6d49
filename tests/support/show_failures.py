"""Prints the end of what each failed test said in the last run of ctest, after everything else.

    show_failures.py BUILD_DIR
"""

import pathlib
import re
import sys

MOST_LINES = 40


def failed(log):
    """Yields the name and the output of each failed test, as `LastTest.log` has them."""
    for part in re.split(r"(?m)^\d+/\d+ Testing: ", log)[1:]:
        if re.search(r"(?m)^Test (Failed|time.*timeout|Timeout)", part):
            name, _, rest = part.partition("\n")
            yield name, rest.partition("Output:\n")[2]


def main():
    log = pathlib.Path(sys.argv[1], "Testing", "Temporary", "LastTest.log")
    for name, output in failed(log.read_text(encoding="utf-8", errors="replace")):
        # Long lines are long commands or long values: their beginnings tell enough.
        lines = [line[:300] for line in output.splitlines() if line.strip()]
        print(f"\n==== {name}: the last {MOST_LINES} lines")
        print("\n".join(lines[-MOST_LINES:]))


if __name__ == "__main__":
    main()

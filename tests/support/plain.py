"""Messages are for people: none has in it what only a reader of the source understands."""

import re

TRACES = ("c_str", "cStr()", "->", ".cc:", "toString()", "std::", "errno", "filesystem error")
# As KJ tells a condition that did not hold.
CONDITION = re.compile(r"expected \S+.* (==|!=|>=|<=|<|>) ")
# Not of an address: "[::1]".
QUALIFIED_NAME = re.compile(r"\w::\w|::\w+\(")


def assert_plain(text):
    if isinstance(text, bytes):
        text = text.decode()
    for trace in TRACES:
        assert trace not in text, f"{trace!r} in: {text}"
    assert not QUALIFIED_NAME.search(text) and not CONDITION.search(text), text

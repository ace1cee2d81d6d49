"""Where tools.sh puts the programs that check files: outside the tree, so that they are kept."""

import os

TOOLS = os.environ.get("BROOD_TOOLS") or "/var/cache/brood-ci/tools"


def tool(name):
    return f"{TOOLS}/bin/{name}"

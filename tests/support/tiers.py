"""As whom a system under test is started: BROOD_TIER, "root" unless it says otherwise."""

import os
import sys

TIERS = ("root", "user", "process")


def current():
    tier = os.environ.get("BROOD_TIER", "root")
    assert tier in TIERS, f"BROOD_TIER is one of {TIERS}, not {tier!r}"
    return tier


def prefix(tier, uid):
    """The command that executes the rest of its arguments with what that tier has."""
    if tier == "root":
        return []
    # As in a container: no capabilities, and no way to any.
    ordinary = ["/usr/bin/setpriv", f"--reuid={uid}", f"--regid={uid}", "--clear-groups",
                "--no-new-privs", "--bounding-set=-all", "--inh-caps=-all"]
    if tier == "user":
        return ordinary
    # As in a hardened one: no namespaces either.
    wrapper = os.path.join(os.path.dirname(os.path.abspath(__file__)), "without_namespaces.py")
    return [*ordinary, sys.executable, "-B", wrapper]

#!/usr/bin/python3 -B
"""Switches each protection off in turn and shows who notices. Exit code 1 if nobody does.

    mutate.py [LAYER…]

For each layer a system of its own is started without it, and its canary, the hostile guest that tries
every forbidden act, tells which acts succeed then. Noticed means: at least one that is stopped in the
whole sandbox succeeds without the layer. Prints the matrix, and writes it to the file named by
BROOD_MUTATION_TABLE.
"""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))

from attack import source  # noqa: E402
from client import Client  # noqa: E402
from system import System  # noqa: E402

# Without the first, the others cannot be had either: an ordinary process may not take on a filter or
# a Landlock domain while it could still gain privileges.
DEPENDENTS = {"no_new_privs": ["landlock", "seccomp_numbers", "seccomp_arguments"],
              "own_root": ["read_only_root"], "mount": ["own_root", "read_only_root"]}

class Refused(Exception):
    """The supervisor did not start without the layers."""


def trial(off):
    """What the canary reports of a system without these layers: name to verdict, and the report."""
    system = System(settings={"layers": dict.fromkeys(off, "off")})
    try:
        system.spawn()
        line = system.wait_for_line(
            r"http://([0-9.]+):(\d+)|refusing to start: (.*)|^brood: (layers.*)")
        refusal = line.group(3) or line.group(4)
    except BaseException:
        system.destroy()
        raise
    if refusal:
        system.destroy()
        raise Refused(refusal)
    try:
        system.client = Client(line.group(1), int(line.group(2)))
        system.wait_ready()
        status = system.status()
        checks = {check["name"]: check["verdict"] for check in status["canary"]["checks"]}
        # What is closed when a program is executed is still there in a language's own process.
        born_with = system.client.execute(source("open_descriptors"), args=["token"]).stdout
        checks["open_descriptors.py"] = "held" if born_with.count("\n") == 5 else "reached"
        # The files of a process that is closed to others belong to root: proc(5).
        owners = {os.stat(f"/proc/{pid}/environ").st_uid for pid in system.roles.slot_inits()}
        checks["owner of an init's /proc"] = "held" if owners == {0} else "reached"
        return checks, status["isolation"]
    finally:
        system.stop()
        system.destroy()


# Whether it is noticed depends on how busy the machine is: a spinning job may get little anyway.
TRIES = {"cgroup_cpu": 5}


def lost_without(layer, helpers, whole):
    try:
        base = trial(helpers)[0] if helpers else whole
        checks, _ = trial([layer, *helpers])
    except Refused as refusal:
        return [f"(refuses to start: {str(refusal)[-70:]})"]
    return sorted(name for name, verdict in checks.items()
                  if verdict != "held" and base[name] == "held")


def main():
    whole, isolation = trial([])
    layers = sys.argv[1:] or [*isolation["layers"]]
    lines = [("protection switched off", "acts that succeed then")]
    unnoticed = []
    for layer in layers:
        helpers = DEPENDENTS.get(layer, [])
        lost = []
        for _ in range(TRIES.get(layer, 1)):
            lost = lost or lost_without(layer, helpers, whole)
        lines.append((layer, ", ".join(lost) or "NONE"))
        print(f"{layer:20} {', '.join(lost) or 'NONE'}", flush=True)
        if not lost:
            unnoticed.append(layer)
    path = os.environ.get("BROOD_MUTATION_TABLE")
    if path:
        write_table(path, lines)
    print(f"\n{len(layers)} protections, unnoticed: {', '.join(unnoticed) or 'none'}")
    return 1 if unnoticed else 0


def write_table(path, lines):
    with open(path, "w", encoding="utf-8") as file:
        file.write("# What the loss of each protection lets happen\n\n"
                   "Written by `./dev mutate`: each layer is switched off in a system of its own, whose"
                   "\ncanary then reports the acts of `rpc/canary_acts.h` that succeed.\n\n")
        for number, (layer, acts) in enumerate(lines):
            file.write(f"| {layer} | {acts} |\n")
            if number == 0:
                file.write("|---|---|\n")


if __name__ == "__main__":
    sys.exit(main())

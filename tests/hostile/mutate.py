#!/usr/bin/python3 -B
"""Switches each protection off in turn and shows who notices. Exit code 1 if nobody does.

    mutate.py [LAYER or LIMIT…]

For each layer a system of its own is started without it, and its canary, the hostile guest that tries
every forbidden act, tells which acts succeed then. Noticed means: at least one that is stopped in the
whole sandbox succeeds without the layer. A limit of jobs is put at its maximum instead, while acts
that go over each limit tell. Prints the matrices, and writes them to the file named by
BROOD_MUTATION_TABLE.
"""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))

from attack import source  # noqa: E402
from client import Client  # noqa: E402
from limit_acts import ACTS, done_without  # noqa: E402
from system import System  # noqa: E402

# Without the first, the others cannot be had either: an ordinary process may not take on a filter or
# a Landlock domain while it could still gain privileges.
DEPENDENTS = {"no_new_privs": ["landlock", "seccomp_numbers", "seccomp_arguments"],
              "own_root": ["read_only_root", "own_inodes"], "read_only_root": ["own_inodes"],
              "mount": ["own_root", "read_only_root", "own_inodes"]}

class Refused(Exception):
    """The supervisor did not start without the layers."""


def owner_of_environ(pid):
    """The files of a process that is closed to others belong to root: proc(5)."""
    try:
        return os.stat(f"/proc/{pid}/environ").st_uid
    except FileNotFoundError:
        return None  # The one of a job that has just been answered ends meanwhile.


def trial(off):
    """Returns the canary's report of a system without these layers: name to verdict, and the
    report."""
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
        # A descriptor that is closed on exec is still open in a language's own process.
        born_with = system.client.execute(source("open_descriptors"), args=["token"]).stdout
        checks["open_descriptors.py"] = "held" if born_with.count("\n") == 5 else "reached"
        owners = {owner_of_environ(pid) for pid in system.roles.slot_inits()} - {None}
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


def mutated_layers(names):
    """(layer, acts that succeed without it)."""
    whole, isolation = trial([])
    for layer in names or isolation["layers"]:
        lost = []
        for _ in range(TRIES.get(layer, 1)):
            lost = lost or lost_without(layer, DEPENDENTS.get(layer, []), whole)
        yield layer, lost


def printed(rows):
    """Passes the rows on, and shows each as soon as it is known."""
    for name, lost in rows:
        print(f"{name:20} {', '.join(lost) or 'NONE'}", flush=True)
        yield name, lost


def main():
    asked = sys.argv[1:]
    limits = [name for name in asked or ACTS if name in ACTS]
    layers = [name for name in asked if name not in ACTS]
    of_layers = list(printed(mutated_layers(layers))) if layers or not asked else []
    of_limits = list(printed(done_without(limits))) if limits else []
    path = os.environ.get("BROOD_MUTATION_TABLE")
    if path:
        write_tables(path, of_layers, of_limits)
    unnoticed = [name for name, lost in of_layers + of_limits if not lost]
    print(f"\n{len(of_layers)} layers and {len(of_limits)} limits, "
          f"unnoticed: {', '.join(unnoticed) or 'none'}")
    return 1 if unnoticed else 0


def write_table(file, headings, rows):
    file.write(f"\n| {headings[0]} | {headings[1]} |\n|---|---|\n")
    for name, lost in rows:
        file.write(f"| {name} | {', '.join(lost) or 'NONE'} |\n")


def write_tables(path, of_layers, of_limits):
    with open(path, "w", encoding="utf-8") as file:
        file.write("# What the loss of each protection lets happen\n\n"
                   "Written by `./dev mutate`: each layer is switched off in a system of its own, whose"
                   "\ncanary then reports the acts of `base/policy/canary_acts.h` that succeed.\n")
        write_table(file, ("protection switched off", "acts that succeed then"), of_layers)
        file.write("\nEach limit of a job is put at its maximum while the others are tight, and a job "
                   "goes over each\nin turn (`tests/hostile/limit_acts.py`).\n")
        write_table(file, ("limit at its maximum", "limits that jobs get over then"), of_limits)


if __name__ == "__main__":
    sys.exit(main())

"""A library gives back what the sandbox refuses: file watches, interface lists.

The library is loaded into Python's zygote, and into every program that a job executes; where there
is a root of its own by /etc/ld.so.preload, else by the environment.
"""

import json
import textwrap

import pytest

import tiers

# Prints how the kernel answers (0 or errno), whether the descriptor is a pipe, and what was told.
WATCH = """
import ctypes, json, os
libc = ctypes.CDLL(None, use_errno=True)
raw = libc.syscall(294, 0)
answer = ctypes.get_errno() if raw < 0 else 0
fd = libc.inotify_init1(os.O_CLOEXEC)
os.mkdir("watched")
number = libc.inotify_add_watch(fd, b"watched", 0x100)
open("watched/name", "w").close()
event = os.read(fd, 4096)
print(json.dumps([answer, os.readlink(f"/proc/self/fd/{fd}").startswith("pipe:"), number,
                  event[16:].rstrip(b"\\0").decode()]))
"""

NODE_WATCH = """
const fs = require("fs");
fs.mkdirSync("watched");
const watcher = fs.watch("watched", (kind, name) => { console.log(kind, name); watcher.close(); });
fs.writeFileSync("watched/name", "");
"""

# tail(1) says what it follows; the last line is written once it has read the first.
TAIL = """
echo first > log
mkfifo told
tail -n +1 -F log > told 2> messages &
exec 3< told
read -r line <&3; echo "$line"
mv log log.1; echo second > log
read -r line <&3; echo "$line"
kill %1
"""

JAVA_WATCH = """
import java.nio.file.*;
public class Main {
  public static void main(String[] arguments) throws Exception {
    Path folder = Files.createDirectory(Path.of("watched"));
    WatchService watches = folder.getFileSystem().newWatchService();
    folder.register(watches, StandardWatchEventKinds.ENTRY_CREATE);
    Files.createFile(folder.resolve("name"));
    System.out.println(watches.take().pollEvents().get(0).context());
  }
}
"""

PROGRAMS = {"javascript": (NODE_WATCH, "rename name\n"),
            "bash": (TAIL, "first\nsecond\n"),
            "java": (JAVA_WATCH, "name\n")}

INTERFACES = {
    "python": "import json, socket; print(json.dumps([name for _, name in socket.if_nameindex()]))",
    "javascript": "console.log(JSON.stringify(Object.keys(require('os').networkInterfaces())))",
    "ruby": "require 'socket'; require 'json';"
            " puts JSON.dump(Socket.getifaddrs.select { |i| i.addr&.ip? }.map(&:name).uniq)",
}

OWN_LIBRARY = "/brood/brood-preload-before-libasan.so"
has_own_root = tiers.current() != "process"


def run(client, code, **fields):
    reply = client.execute(textwrap.dedent(code), limits={"wall_time_ms": 60_000}, **fields)
    assert (reply.status, reply.stderr) == ("ok", ""), dict(reply)
    return reply.stdout


def check_watch(output):
    """The kernel's own where it is to be had, and nothing but a pipe where it is not."""
    answer, is_pipe, number, name = json.loads(output)
    assert answer in (0, 38)
    assert (is_pipe, number, name) == (answer == 38, 1, "name")


def test_a_warm_python_watches_files(client):
    check_watch(run(client, WATCH))


@pytest.mark.parametrize("environment", ["None"] + ["{}"] * has_own_root)
def test_a_program_that_a_job_executes_watches_files(client, environment):
    """Without any environment, too, where a file says what is loaded."""
    check_watch(run(client, f"""
        import subprocess, sys
        subprocess.run(["/usr/bin/python3", "-c", {WATCH!r}], env={environment}, check=True)
        """))


# Without a root of its own javac cannot be run.
@pytest.mark.parametrize("language", ["javascript", "bash"] + ["java"] * has_own_root)
def test_programs_of_other_languages_watch_files(client, language):
    code, output = PROGRAMS[language]
    assert run(client, code, language=language) == output


@pytest.mark.parametrize("language", INTERFACES)
def test_interfaces(client, language):
    """Where a job has no sockets, it has no interface either."""
    expected = ["lo"] if has_own_root else []
    assert json.loads(run(client, INTERFACES[language], language=language)) == expected


def test_addresses(client):
    """As getifaddrs(3) gives them to Node: a mask, and no hardware address to tell a host by."""
    output = run(client, "console.log(JSON.stringify(require('os').networkInterfaces().lo?.[0]))",
                 language="javascript")
    if not has_own_root:
        assert output == "undefined\n"
        return
    address = json.loads(output)
    assert (address["cidr"], address["internal"], address["mac"]) == (
        "127.0.0.1/8", True, "00:00:00:00:00:00")


@pytest.mark.parametrize("host", ["127.0.0.1"] + ["localhost"] * has_own_root)
def test_names_are_looked_up(client, host):
    """The C library sorts addresses by what netlink tells it, and does without it, too."""
    assert run(client, f"""
        import socket
        found = socket.getaddrinfo({host!r}, 80, socket.AF_INET, socket.SOCK_STREAM)
        print([address for *_, address in found])
        """) == "[('127.0.0.1', 80)]\n"


def test_there_is_no_variable_where_a_file_says_it(client):
    names = json.loads(run(client, "import json, os; print(json.dumps(sorted(os.environ)))"))
    assert ("LD_PRELOAD" in names) is not has_own_root
    output = run(client, "env | cut -d= -f1 | grep LD_ || echo none", language="bash")
    assert output == ("none\n" if has_own_root else "LD_PRELOAD\n")


def test_a_program_with_the_address_sanitizer_runs(client):
    """Its runtime ends programs that another library comes before, but for one of this name."""
    preload = OWN_LIBRARY if has_own_root else "$LD_PRELOAD"
    assert run(client, f"""
        cat > a.c << 'END'
        #include <stdio.h>
        /* Nobody may be traced here, which is how it looks for leaks. */
        const char* __asan_default_options(void) {{ return "detect_leaks=0"; }}
        int main(void) {{ return puts("runs") < 0; }}
        END
        gcc -fsanitize=address a.c -o a && ./a
        cp {preload} other.so && LD_PRELOAD=$PWD/other.so ./a 2> reason
        grep -o 'does not come first' reason
        """, language="bash") == "runs\ndoes not come first\n"

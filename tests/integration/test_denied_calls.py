"""System calls that nobody makes by mistake: they end the job, and the verdict says which it was."""

import textwrap

import pytest

from system import System

PRELUDE = """
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
print("before", flush=True)

def call(number):
    result = libc.syscall(ctypes.c_long(number), 0, 0, 0)
    print("returned", result, os.strerror(ctypes.get_errno()), flush=True)

def call_by_interrupt(number):
    # mov eax, number; int 0x80; ret
    code = b"\\xb8" + number.to_bytes(4, "little") + b"\\xcd\\x80\\xc3"
    import mmap
    memory = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
    memory.write(code)
    address = ctypes.addressof(ctypes.c_char.from_buffer(memory))
    print("returned", ctypes.CFUNCTYPE(ctypes.c_int)(address)(), flush=True)
"""

X32_BIT = 0x40000000
CALLS = {
    "kexec_load": "call(246)",
    "init_module": "call(175)",
    "finit_module": "call(313)",
    "delete_module": "call(176)",
    "getpid of another ABI": "call_by_interrupt(20)",
    "write of another ABI": f"call({X32_BIT | 1})",
    "number 1000 of another ABI": "call_by_interrupt(1000)",
}


def run(client, code, **fields):
    return client.execute(PRELUDE + textwrap.dedent(code), **fields)


def assert_ended_for(reply, name):
    assert (reply.status, reply.signal, reply.exit_code) == ("killed", "SIGSYS", None), dict(reply)
    assert reply.denied_syscall == name
    assert reply.message == f"ended for the system call {name}, which no job may make"
    assert reply.stdout == "before\n" and "limit" not in reply


@pytest.fixture(autouse=True)
def the_next_job_is_fine(system, client):
    yield
    assert client.execute("print('next')").stdout == "next\n"
    system.settle()


@pytest.mark.parametrize("name", CALLS)
def test_the_call_is_named(client, name):
    assert_ended_for(run(client, CALLS[name]), name)


def test_a_childs_call_ends_the_job(client):
    reply = run(client, """
        if os.fork() == 0:
            call(246)
        os.wait()
        print("after")
    """)
    assert_ended_for(reply, "kexec_load")


def test_a_threads_call_ends_the_job(client):
    reply = run(client, """
        import threading
        thread = threading.Thread(target=call, args=(246,))
        thread.start()
        thread.join()
        print("after")
    """)
    assert_ended_for(reply, "kexec_load")


def test_many_at_once_end_it_once(client):
    reply = run(client, """
        for _ in range(20):
            if os.fork() == 0:
                call(246)
        os.wait()
    """)
    assert_ended_for(reply, "kexec_load")


def test_a_program_that_was_executed(client):
    """The filter and its listener outlive execve."""
    reply = run(client, """
        import sys
        os.execv(sys.executable, [sys.executable, "-c",
            "import ctypes; ctypes.CDLL(None).syscall(246, 0, 0, 0); print('after')"])
    """)
    assert_ended_for(reply, "kexec_load")


def test_each_of_two_neighbours_is_judged_by_its_own(client):
    with client.stream("print('up', flush=True)\nimport time\nwhile True: time.sleep(100)",
                       limits={"wall_time_ms": 1000}) as neighbour:
        neighbour.until_output("up\n")
        assert_ended_for(run(client, "call(246)"), "kexec_load")
        assert neighbour.rest().status == "timeout"


def test_a_signal_that_a_job_sends_itself_names_no_call(client):
    reply = run(client, "import signal; os.kill(os.getpid(), signal.SIGSYS)")
    assert (reply.status, reply.signal) == ("killed", "SIGSYS")
    assert "denied_syscall" not in reply


def test_a_filter_of_the_jobs_own_is_refused_and_names_no_call(client):
    """It would kill for a call that we allow. As on a kernel without filters the job goes on."""
    reply = run(client, """
        import struct
        kill_process, allow, getppid = 0x80000000, 0x7fff0000, 110
        code = b"".join(struct.pack("HBBI", *each) for each in [
            (0x20, 0, 0, 0), (0x15, 0, 1, getppid), (6, 0, 0, kill_process), (6, 0, 0, allow)])
        program = ctypes.create_string_buffer(code)
        header = struct.pack("HxxxxxxQ", 4, ctypes.addressof(program))
        print(libc.syscall(317, 1, 0, ctypes.c_char_p(header)))
        print(libc.syscall(getppid) >= 0)
    """)
    assert (reply.status, reply.stdout) == ("ok", "before\n-1\nTrue\n"), dict(reply)
    assert "denied_syscall" not in reply


def test_without_the_filter_the_kernel_itself_refuses():
    """The control: with the layer switched off the same call returns, and the job goes on."""
    with System({"layers": {"seccomp_numbers": "off"}}) as weak:
        reply = run(weak.client, "call(246)\nprint('after')")
        assert reply.status == "ok", dict(reply)
        assert reply.stdout.startswith("before\nreturned -1 ")
        assert reply.stdout.endswith("\nafter\n")

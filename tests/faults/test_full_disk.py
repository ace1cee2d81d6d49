"""The runtime directory's file system is full: the start is refused by name, and works once there
is room."""

import os
import subprocess

from plain import assert_plain
from system import System


def test_a_start_without_room_names_the_directory():
    system = System()
    os.makedirs(system.runtime_dir)
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k,mode=755", "full", system.runtime_dir],
                   check=True)
    try:
        fill = os.path.join(system.runtime_dir, "fill")
        with open(fill, "wb", buffering=0) as file:
            try:
                while True:
                    file.write(b"x" * 4096)
            except OSError:
                pass
        system.spawn()
        assert system.serve.wait(90) != 0
        system._reader.join()
        assert system.runtime_dir in system.log(), system.log()
        assert_plain(system.log())
        system.serve = None
        os.unlink(fill)
        system.start()
        assert system.client.execute("print(1)").stdout == "1\n"
        system.stop()
    finally:
        system.destroy()
        subprocess.run(["umount", system.runtime_dir], check=False)

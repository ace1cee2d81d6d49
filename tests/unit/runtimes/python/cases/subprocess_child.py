import subprocess
import sys

print(subprocess.run(["echo", "from a child"], capture_output=True, text=True).stdout)
print(subprocess.run([sys.executable, "-c", "import sys; print(sys.argv, sys.flags)"],
                     capture_output=True, text=True).stdout)
print(subprocess.call(["sh", "-c", "echo direct; kill -PIPE $$"]))
print(subprocess.run("env | cut -d= -f1 | sort", shell=True, capture_output=True,
                     text=True).stdout)
subprocess.run("exit 3", shell=True, check=True)

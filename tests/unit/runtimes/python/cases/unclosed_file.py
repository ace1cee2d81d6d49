import os
import subprocess

pid = os.getpid()
reader, writer = os.pipe()
watcher = subprocess.Popen(["cat"], stdin=reader)
os.close(reader)
file = open(writer, "w")
file.write("flushed when the globals go\n")
print("main done")

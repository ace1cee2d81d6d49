import sys

sys.stdout.reconfigure(line_buffering=False, write_through=False)
print("written late")
sys.stdout.write("no newline")

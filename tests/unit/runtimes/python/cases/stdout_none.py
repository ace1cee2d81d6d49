import sys

print("gone next")
sys.stdout = None
print("nowhere")
raise ValueError("to stderr")

import sys


class Stream:
    def __init__(self):
        self.parts = []

    def write(self, text):
        self.parts.append(text)

    def flush(self):
        sys.__stdout__.write("flushed " + "".join(self.parts) + "\n")
        self.parts.clear()


sys.stdout = Stream()
print("kept back", end="")

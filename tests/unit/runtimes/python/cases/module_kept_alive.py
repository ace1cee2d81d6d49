import sys


class Loud:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        print("del", self.name, shared)


shared = "shared"
_private = Loud("private")
public = Loud("public")
sys.keeps = sys.modules["__main__"]

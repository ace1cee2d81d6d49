class Loud:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        print("del", self.name, marker)


marker = "marker still here"
first = Loud("first")
second = Loud("second")


def uses_globals():
    return first


third = Loud("third")
print("main done")

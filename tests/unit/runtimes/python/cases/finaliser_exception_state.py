class Loud:
    def __del__(self):
        print("del")


def fail():
    loud = Loud()
    raise ValueError("keeps its frame")


fail()

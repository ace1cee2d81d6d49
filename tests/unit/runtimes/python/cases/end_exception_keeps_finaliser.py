class Held:
    def __del__(self):
        print("held gone")


def fail():
    held = Held()
    raise ValueError(held.__class__.__name__)


fail()

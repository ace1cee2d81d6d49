import gc


class Loud:
    def __init__(self):
        self.me = self

    def __del__(self):
        print("collected at exit")


gc.disable()
Loud()

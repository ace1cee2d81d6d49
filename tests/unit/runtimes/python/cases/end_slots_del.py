class Quiet:
    __slots__ = ()

    def __del__(self):
        print("gone")


kept = Quiet()

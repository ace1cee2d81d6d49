import collections


class Base(collections.OrderedDict):
    def __del__(self):
        print("base gone", type(self).__name__)


class Derived(Base):
    pass


kept = [Derived(a=1), {"x": Derived()}]

import weakref

items = {1, 2}
weakref.finalize(items.__class__, print, "never dies before exit") if False else None


class Loud:
    def __del__(self):
        print("del")


a = Loud()
b = [Loud()]
b.append(b)

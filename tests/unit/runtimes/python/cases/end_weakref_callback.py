import weakref


class Plain:
    pass


kept = Plain()
watch = weakref.ref(kept, lambda reference: print("callback", reference() is None))

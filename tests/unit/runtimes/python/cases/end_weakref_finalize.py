import weakref


class Plain:
    pass


kept = Plain()
weakref.finalize(kept, print, "finalised")

class Plain:
    pass


kept = Plain()
Plain.__del__ = lambda self: print("late finaliser")

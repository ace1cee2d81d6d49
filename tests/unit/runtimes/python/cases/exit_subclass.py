class Leave(SystemExit):
    @property
    def code(self):
        raise AttributeError("no code here")


raise Leave("fallback")

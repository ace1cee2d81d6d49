class Meta(type):
    def __del__(cls):
        print("class gone")


class Made(metaclass=Meta):
    pass

class Custom(Exception):
    def __str__(self):
        return "custom\nsecond line"


def cause():
    raise KeyError("k")


try:
    try:
        cause()
    except KeyError as error:
        raise ValueError("v") from error
except ValueError:
    raise Custom()

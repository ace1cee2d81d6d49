try:
    import no_such_module
except ImportError as error:
    print(error)
from json import no_such_name

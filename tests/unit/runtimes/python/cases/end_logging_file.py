import logging
import os
import tempfile

folder = tempfile.mkdtemp()
path = os.path.join(folder, "log")
logging.basicConfig(filename=path, level="INFO")
logging.info("written at once")
print(open(path).read(), end="")

import os
import warnings

warnings.simplefilter("always")
kept = os.scandir("/")
next(kept)

"""Draws from every source of randomness that a program would use."""
import os
import random
import secrets
import sys
import tempfile
import uuid

import numpy

print(sys.argv[1], flush=True)
print("numpy", numpy.random.random(), flush=True)
print("random", random.random(), flush=True)
print("uuid4", uuid.uuid4(), flush=True)
print("urandom", os.urandom(8).hex(), flush=True)
print("secrets", secrets.token_hex(8), flush=True)
print("generator", numpy.random.default_rng().random(), flush=True)
print("temporary name", next(tempfile._get_candidate_names()), flush=True)

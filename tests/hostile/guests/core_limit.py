"""Sets its limit of core dumps to 0, at which a program of the host's is started; says what it is."""
import resource
import sys

print(sys.argv[1], flush=True)
resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
print("limit", resource.getrlimit(resource.RLIMIT_CORE)[1], flush=True)

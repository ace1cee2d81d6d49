print("with a byte order mark")
import sys
print(sys.argv[1:], len(sys.orig_argv))

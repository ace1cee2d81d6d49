import sys

sys.exit("leaving: é")

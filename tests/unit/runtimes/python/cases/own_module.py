import sys

with open("helper.py", "w") as file:
    file.write("class Loud:\n def __del__(self): print('del in helper')\n\nloud = Loud()\n")
    file.write("def fail():\n    raise ValueError('in helper')\n")
sys.dont_write_bytecode = True
import helper

print(sys.path[0] == sys.argv[0].rsplit("/", 1)[0], helper.__name__)
helper.fail()

import json

file = json.forgotten = open("/dev/stdout", "w")
file.write("held by a preloaded module\n")
print("main done")

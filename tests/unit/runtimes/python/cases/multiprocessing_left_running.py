import multiprocessing
import time


def late():
    time.sleep(0.05)
    print("joined at exit")


multiprocessing.get_context("fork").Process(target=late).start()
print("main done")

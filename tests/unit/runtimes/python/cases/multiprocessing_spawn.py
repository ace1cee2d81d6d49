import multiprocessing
import os


class Task:
    def __init__(self, n):
        self.n = n


def run(task, queue):
    queue.put((task.n * 2, __name__, os.getcwd() == os.path.dirname(__file__)))


if __name__ == "__main__":
    context = multiprocessing.get_context("spawn")
    queue = context.Queue()
    child = context.Process(target=run, args=(Task(21), queue))
    child.start()
    print(queue.get())
    child.join()
    print(child.exitcode, multiprocessing.current_process())

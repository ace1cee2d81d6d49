import multiprocessing


def square(n):
    return n * n


if __name__ == "__main__":
    context = multiprocessing.get_context("fork")
    with context.Pool(2) as pool:
        print(pool.map(square, range(5)))
    child = context.Process(target=print, args=("in a child",))
    child.start()
    child.join()
    print(child.exitcode)

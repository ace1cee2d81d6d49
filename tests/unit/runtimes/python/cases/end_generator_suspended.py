def numbers():
    try:
        yield 1
    finally:
        print("generator closed")


kept = numbers()
next(kept)

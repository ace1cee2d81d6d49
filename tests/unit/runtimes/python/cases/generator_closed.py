def generate():
    try:
        yield 1
        yield 2
    finally:
        print("generator closed")


generator = generate()
print(next(generator))

def fail(message):
    raise TypeError(message)


errors = []
for word in ("one", "two"):
    try:
        fail(word)
    except TypeError as error:
        error.add_note(f"note on {word}")
        errors.append(error)
raise ExceptionGroup("several", errors)

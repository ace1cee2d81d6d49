print(1)
print("crlf")
raise ValueError("""a
b""")

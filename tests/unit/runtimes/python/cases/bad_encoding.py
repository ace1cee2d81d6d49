print("x")
name = "ÿþ"

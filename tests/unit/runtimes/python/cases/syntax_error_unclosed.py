values = [1, 2,
text = "é" + 'unterminated

import re
print(re.findall(r"(?P<y>\d{4})-(\d\d)", "2020-01 and 1999-12"))
print(re.sub(r"(\w+) (\w+)", lambda m: f"{m[2]} {m[1]}".title(), "hello world"))
print(re.split(r"[,;]\s*", "a, b;c,d"))
print(re.fullmatch(r"(?i)[à-ÿ]+", "ÀÉ").group())
print(bool(re.search(r"(?<=\$)\d+(?!\d|\.)", "cost $15.")), re.compile(r"a|b", re.X).pattern)

import textwrap, string, unicodedata
print(f"{3.14159:>+10.2f}|{1234567:,}|{255:#x}|{0.25:.1%}|{'é':^5}|{[1]!r:>5}")
print("ß".upper(), "İ".lower().encode(), "straße".casefold() == "STRASSE".casefold(), "a\tb".expandtabs(4))
print(unicodedata.normalize("NFD", "é").encode(), unicodedata.name("€"), "x".isidentifier())
print(textwrap.fill("the quick brown fox jumps", 12), string.Template("$a ${b}").substitute(a=1, b=2))
print("a-b_c".translate(str.maketrans("-_", "  ")), "%05d %s %(x)s" % {"x": 1} if False else "%05d %s" % (42, "s"))
print("one two".partition(" "), "x".join("abc"), "abc"[::-1], b"\xff".decode("latin-1"), "\N{SNOWMAN}")

import xml.etree.ElementTree as E, html, html.parser
r = E.fromstring('<r><i n="1">a</i><i n="2">b<j/></i></r>')
print([(x.get("n"), x.text) for x in r.iter("i")], r.find("./i[@n='2']/j").tag)
r.append(E.Element("k", {"q": "<&>"})); print(E.tostring(r, encoding="unicode"))
try: E.fromstring("<a><b></a>")
except E.ParseError as e: print(e)
class P(html.parser.HTMLParser):
    def handle_starttag(self, t, a): print(t, a)
P().feed('<p class=x>1 &lt; 2<br></p>'); print(html.escape("<'>"), html.unescape("&eacute;&#8364;"))

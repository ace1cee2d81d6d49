import http.server, threading, urllib.request, urllib.parse, urllib.error
class H(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path == "/missing": return self.send_error(404)
        self.send_response(200); self.end_headers(); self.wfile.write(self.path.encode())
    def log_message(self, *a): pass
s = http.server.ThreadingHTTPServer(("127.0.0.1", 0), H); threading.Thread(target=s.serve_forever, daemon=True).start()
base = f"http://127.0.0.1:{s.server_port}"
print(urllib.request.urlopen(base + "/a?" + urllib.parse.urlencode({"q": "ä b"})).read())
try: urllib.request.urlopen(base + "/missing")
except urllib.error.HTTPError as e: print(e.code)
print(urllib.parse.urlsplit("https://u@h:1/p;x?q=1#f"), urllib.parse.urljoin("http://a/b/c", "../d")); s.shutdown()

import socket, threading, select, socketserver
class H(socketserver.StreamRequestHandler):
    def handle(self): self.wfile.write(self.rfile.readline()[::-1])
with socketserver.TCPServer(("127.0.0.1", 0), H) as s:
    threading.Thread(target=s.handle_request).start()
    with socket.create_connection(s.server_address) as c: c.sendall(b"abc\n"); print(c.recv(10))
a, b = socket.socketpair(); print(select.select([b], [a], [], 0)[1] == [a]); a.send(b"x"); print(b.recv(1))
u = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); u.bind(("127.0.0.1", 0)); u.sendto(b"dgram", u.getsockname()); print(u.recv(9))
print(socket.inet_aton("1.2.3.4"), socket.gethostbyname("localhost"), socket.ntohs(1))

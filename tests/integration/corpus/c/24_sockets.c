#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
int main(void) {
  int s = socket(AF_INET, SOCK_STREAM, 0); struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)}; socklen_t n = sizeof a;
  bind(s, (void*)&a, n); listen(s, 1); getsockname(s, (void*)&a, &n);
  if (fork() == 0) { int c = socket(AF_INET, SOCK_STREAM, 0); connect(c, (void*)&a, n); write(c, "over tcp", 8); _exit(0); }
  int c = accept(s, NULL, NULL); char b[16] = ""; read(c, b, 15); wait(NULL); puts(b);
  int p[2]; socketpair(AF_UNIX, SOCK_DGRAM, 0, p); send(p[0], "dgram", 5, 0); memset(b, 0, 16); printf("%zd %s\n", recv(p[1], b, 15, 0), b);
  struct in_addr i; inet_pton(AF_INET, "10.1.2.3", &i); printf("%s %08x %d\n", inet_ntoa(i), ntohl(i.s_addr), htons(1));
}

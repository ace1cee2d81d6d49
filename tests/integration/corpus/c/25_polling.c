#include <poll.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/select.h>
#include <unistd.h>
#include <stdint.h>
int main(void) {
  int p[2]; pipe(p); struct pollfd w = {p[0], POLLIN, 0}; printf("%d ", poll(&w, 1, 0)); write(p[1], "x", 1); printf("%d ", poll(&w, 1, 0)); printf("%d\n", w.revents == POLLIN);
  int e = epoll_create1(0), v = eventfd(0, 0); struct epoll_event ev = {.events = EPOLLIN, .data.fd = v}; epoll_ctl(e, EPOLL_CTL_ADD, v, &ev);
  uint64_t one = 3; write(v, &one, 8); struct epoll_event got; printf("%d ", epoll_wait(e, &got, 1, 0)); printf("%d ", got.data.fd == v); read(v, &one, 8); printf("%lu\n", one);
  fd_set set; FD_ZERO(&set); FD_SET(p[0], &set); printf("%d\n", select(p[0] + 1, &set, NULL, NULL, NULL));
}

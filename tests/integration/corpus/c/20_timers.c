#include <signal.h>
#include <stdio.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <stdint.h>
#include <time.h>
#include <unistd.h>
static volatile sig_atomic_t fired;
static void tick(int n) { (void)n; fired++; }
int main(void) {
  signal(SIGALRM, tick); struct itimerval t = {{0, 0}, {0, 1000}}; setitimer(ITIMER_REAL, &t, NULL); while (!fired) pause(); printf("%d\n", fired);
  int fd = timerfd_create(CLOCK_MONOTONIC, 0); struct itimerspec s = {{0, 0}, {0, 1000000}}; timerfd_settime(fd, 0, &s, NULL);
  uint64_t n; read(fd, &n, 8); printf("%lu\n", n);
  struct timespec a, b; clock_gettime(CLOCK_MONOTONIC, &a); nanosleep(&(struct timespec){0, 2000000}, NULL); clock_gettime(CLOCK_MONOTONIC, &b);
  printf("%d\n", (b.tv_sec - a.tv_sec) * 1000000000L + b.tv_nsec - a.tv_nsec >= 2000000);
}

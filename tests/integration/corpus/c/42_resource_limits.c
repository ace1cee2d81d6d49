#include <errno.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/utsname.h>
#include <unistd.h>
int main(void) {
  struct rlimit l; getrlimit(RLIMIT_NOFILE, &l); printf("%d ", l.rlim_cur >= 16); l.rlim_cur = 5; printf("%d ", setrlimit(RLIMIT_NOFILE, &l)); while (dup(0) >= 0) {} printf("%d\n", errno == EMFILE);
  struct rusage u; getrusage(RUSAGE_SELF, &u); struct utsname n; uname(&n); printf("%d %s %s\n", u.ru_maxrss > 0, n.sysname, n.nodename); printf("%d %d\n", getpid() != getppid(), getuid() == geteuid());
}

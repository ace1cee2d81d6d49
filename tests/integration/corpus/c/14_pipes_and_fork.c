#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
int main(void) {
  int ends[2], status; pipe(ends);
  pid_t child = fork();
  if (child == 0) { close(ends[0]); write(ends[1], "from child", 10); _exit(7); }
  close(ends[1]); char b[32] = ""; read(ends[0], b, 31);
  waitpid(child, &status, 0); printf("%s %d %d\n", b, WIFEXITED(status), WEXITSTATUS(status));
}

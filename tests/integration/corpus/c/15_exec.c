#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>
int main(void) {
  fflush(stdout);
  if (fork() == 0) { execlp("echo", "echo", "executed", "ok", NULL); _exit(1); }
  int status; wait(&status);
  printf("%d %d\n", WEXITSTATUS(status), WEXITSTATUS(system("exit 4")));
  FILE* p = popen("printf 'a\\nb\\n' | wc -l", "r"); int n; fscanf(p, "%d", &n); printf("%d %d\n", n, pclose(p));
}

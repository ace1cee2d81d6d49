#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <string.h>
extern char** environ;
int main(int count, char** words) {
  printf("%d %s\n", count, strrchr(words[0], '/') + 1); setenv("OWN", "1", 1); printf("%s %d ", getenv("OWN"), getenv("NONE") == NULL); unsetenv("OWN"); printf("%d\n", getenv("OWN") == NULL);
  int n = 0; while (environ[n]) n++; char cwd[64]; printf("%d %s %ld\n", n > 3, getcwd(cwd, 64), sysconf(_SC_PAGESIZE));
}

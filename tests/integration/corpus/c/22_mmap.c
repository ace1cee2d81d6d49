#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>
int main(void) {
  int fd = open("map", O_RDWR | O_CREAT, 0600); ftruncate(fd, 4096);
  char* m = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0); strcpy(m, "mapped"); msync(m, 4096, MS_SYNC);
  char b[8]; pread(fd, b, 7, 0); puts(b);
  int* shared = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (fork() == 0) { *shared = 42; _exit(0); }
  wait(NULL); printf("%d %d ", *shared, mprotect(m, 4096, PROT_READ)); printf("%d\n", munmap(m, 4096));
  unsigned char code[] = {0xb8, 7, 0, 0, 0, 0xc3};
  void* x = mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  memcpy(x, code, 6); printf("%d\n", ((int (*)(void))x)());
}

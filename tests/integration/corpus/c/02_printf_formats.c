#include <stdio.h>
int main(void) {
  printf("%05d|%-5d|%+d|%x|%#o|%e|%.3f|%g\n", 42, 42, 42, 255, 8, 12345.678, 3.14159, 0.0001);
  printf("%5.2s|%c|%%|%*d|%lld|%zu|%p\n", "abc", 'x', 4, 7, 1LL << 40, sizeof(int), (void*)0);
  char buffer[8];
  printf("%d %s\n", snprintf(buffer, sizeof buffer, "%s", "too long for it"), buffer);
}

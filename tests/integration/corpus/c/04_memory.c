#include <stdio.h>
#include <stdlib.h>
#include <string.h>
int main(void) {
  int* a = calloc(10, sizeof *a); int sum = 0;
  for (int i = 0; i < 10; i++) sum += a[i];
  a = realloc(a, 1000 * sizeof *a);
  for (int i = 0; i < 1000; i++) a[i] = i;
  memmove(a + 1, a, 999 * sizeof *a);
  printf("%d %d %d %d\n", sum, a[0], a[1], a[999]);
  void* p = aligned_alloc(64, 128); printf("%d\n", (int)((unsigned long)p % 64));
  free(p); free(a);
  char x[4] = "abc", y[4]; memcpy(y, x, 4); printf("%d %s\n", memcmp(x, y, 4), (char*)memchr("hello", 'l', 5));
}

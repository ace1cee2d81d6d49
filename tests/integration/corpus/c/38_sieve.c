#include <stdio.h>
#include <stdlib.h>
int main(void) {
  int n = 1000000, count = 0, last = 0; char* composite = calloc(n + 1, 1);
  for (int i = 2; i <= n; i++) { if (composite[i]) continue; count++; last = i; for (long j = (long)i * i; j <= n; j += i) composite[j] = 1; }
  printf("%d %d\n", count, last);
}

#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>
#include <string.h>
int main(void) {
  srand(42); int a = rand(), b = rand(); srand(42); printf("%d %d\n", a == rand(), b == rand());
  unsigned seed = 1; int x = rand_r(&seed); seed = 1; printf("%d ", x == rand_r(&seed)); srand48(7); double d = drand48(); printf("%d ", d >= 0 && d < 1);
  unsigned char p[16], q[16]; getrandom(p, 16, 0); getrandom(q, 16, 0); printf("%d\n", memcmp(p, q, 16) != 0);
}

#include <stdio.h>
#include <stdlib.h>
#include <errno.h>
int main(void) {
  int a; char word[10]; double d;
  printf("%d ", sscanf("12 abc 3.5", "%d %9s %lf", &a, word, &d));
  printf("%d %s %.1f\n", a, word, d);
  char* end;
  long number = strtol("42rest", &end, 10);
  printf("%ld %s %ld %lu\n", number, end, strtol("ff", NULL, 16), strtoul("0777", NULL, 0));
  errno = 0; strtol("99999999999999999999", NULL, 10); printf("%d %.2f %d\n", errno == ERANGE, strtod("1e2", NULL), atoi("7x"));
}

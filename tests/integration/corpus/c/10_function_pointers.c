#include <stdio.h>
static int add(int a, int b) { return a + b; }
static int mul(int a, int b) { return a * b; }
static int fold(int (*f)(int, int), int start, const int* n, int count) {
  while (count--) start = f(start, *n++);
  return start;
}
typedef int (*op)(int, int);
static op choose(char c) { return c == '+' ? add : mul; }
int main(void) {
  int n[] = {1, 2, 3, 4, 5};
  printf("%d %d %d\n", fold(add, 0, n, 5), fold(mul, 1, n, 5), choose('+')(2, 3));
  op table[] = {add, mul}; printf("%d\n", table[1](6, 7));
}

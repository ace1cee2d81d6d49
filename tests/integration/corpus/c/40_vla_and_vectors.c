#include <stdio.h>
typedef int v4 __attribute__((vector_size(16)));
static int sum(int n, int a[n]) { int s = 0; for (int i = 0; i < n; i++) s += a[i]; return s; }
int main(void) { int n = 5, a[n]; for (int i = 0; i < n; i++) a[i] = i; v4 x = {1, 2, 3, 4}, y = x * x + 1; printf("%d %d %zu %d\n", sum(n, a), y[3], sizeof a / sizeof *a, (int){7}); int m[2][3] = {[1] = {[2] = 9}}; printf("%d %d\n", m[1][2], ({ int t = 3; t * 2; })); }

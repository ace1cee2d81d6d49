#include <stdio.h>
#define N 64
static double a[N][N], b[N][N], c[N][N];
int main(void) {
  for (int i = 0; i < N; i++) for (int j = 0; j < N; j++) { a[i][j] = i + j; b[i][j] = i == j ? 2 : 0; }
  for (int i = 0; i < N; i++) for (int k = 0; k < N; k++) for (int j = 0; j < N; j++) c[i][j] += a[i][k] * b[k][j];
  double trace = 0; for (int i = 0; i < N; i++) trace += c[i][i]; printf("%.0f %.0f\n", trace, c[1][2]);
}

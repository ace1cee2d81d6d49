#include <complex.h>
#include <fenv.h>
#include <math.h>
#include <stdio.h>
int main(void) {
  printf("%.6f %.6f %.3f %.0f %.0f\n", sin(M_PI / 6), exp(1), cbrt(27), floor(-1.5), round(2.5));
  printf("%d %d %f %.3f\n", isnan(NAN), isinf(1 / 0.0), fmod(7, 3), hypot(3, 4));
  double complex z = csqrt(-4); printf("%.1f %.1f %.4f\n", creal(z), cimag(z), cabs(3 + 4 * I));
  // Of volatile objects, so that no compiler rounds ahead of fesetround().
  volatile double x = 1.9, down, nearest;
  fesetround(FE_DOWNWARD); down = rint(x); fesetround(FE_TONEAREST); nearest = rint(x);
  printf("%.0f %.0f %.5f %.3f\n", down, nearest, tgamma(5), erf(1));
}

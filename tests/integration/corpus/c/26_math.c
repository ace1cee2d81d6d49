#include <complex.h>
#include <fenv.h>
#include <math.h>
#include <stdio.h>
int main(void) {
  printf("%.6f %.6f %.3f %.0f %.0f\n", sin(M_PI / 6), exp(1), cbrt(27), floor(-1.5), round(2.5));
  printf("%d %d %f %.3f\n", isnan(NAN), isinf(1 / 0.0), fmod(7, 3), hypot(3, 4));
  double complex z = csqrt(-4); printf("%.1f %.1f %.4f\n", creal(z), cimag(z), cabs(3 + 4 * I));
  fesetround(FE_DOWNWARD); printf("%.0f ", rint(1.9)); fesetround(FE_TONEAREST); printf("%.0f %.5f %.3f\n", rint(1.9), tgamma(5), erf(1));
}

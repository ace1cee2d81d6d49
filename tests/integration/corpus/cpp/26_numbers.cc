#include <bit>
#include <charconv>
#include <cmath>
#include <complex>
#include <iostream>
#include <limits>
#include <numbers>
#include <numeric>
#include <utility>
int main() {
  std::cout << std::popcount(255u) << std::bit_ceil(5u) << std::countl_zero(1u) << std::rotl(1u, 4)
            << ' ' << std::numeric_limits<int>::max() << ' ' << std::midpoint(1, 6) << ' '
            << std::sqrt(2.0) << ' ' << std::numbers::pi << '\n';
  std::complex<double> z(1, 2);
  std::cout << z * z << std::abs(std::complex<double>(3, 4)) << ' ' << std::fma(2, 3, 4)
            << std::isnan(NAN) << std::lerp(0., 10., .5) << '\n';
  char b[32];
  auto r = std::to_chars(b, b + 32, 3.5);
  *r.ptr = 0;
  int n;
  auto q = std::from_chars("12x", "12x" + 3, n);
  std::cout << b << ' ' << n << *q.ptr << ' ' << std::bit_cast<uint32_t>(1.0f) << ' '
            << std::cmp_less(-1, 1u) << '\n';
}

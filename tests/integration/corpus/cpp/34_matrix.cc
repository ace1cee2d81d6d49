#include <iostream>
#include <vector>
using Matrix = std::vector<std::vector<long>>;
Matrix operator*(const Matrix& a, const Matrix& b) {
  size_t n = a.size();
  Matrix c(n, std::vector<long>(n));
  for (size_t i = 0; i < n; i++)
    for (size_t k = 0; k < n; k++)
      for (size_t j = 0; j < n; j++) c[i][j] = (c[i][j] + a[i][k] * b[k][j]) % 1000000007;
  return c;
}
int main() {
  Matrix r{{1, 0}, {0, 1}}, m{{1, 1}, {1, 0}};
  for (long n = 1000000; n; n >>= 1) {
    if (n & 1) r = r * m;
    m = m * m;
  }
  std::cout << r[0][1] << '\n';
}

#include <array>
#include <bitset>
#include <iostream>
#include <span>
#include <valarray>
int sum(std::span<const int> s) {
  int t = 0;
  for (int x : s) t += x;
  return t;
}
int main() {
  std::bitset<8> b("1010");
  b.set(0).flip(7);
  std::cout << b << b.count() << b.to_ulong() << ' ';
  std::valarray<double> v{1, 4, 9};
  std::cout << std::sqrt(v).sum() << (v * 2.0)[2] << ' ';
  int raw[] = {1, 2, 3};
  std::array a{4, 5};
  std::cout << sum(raw) << sum(a) << sum(std::span(raw).subspan(1)) << '\n';
}

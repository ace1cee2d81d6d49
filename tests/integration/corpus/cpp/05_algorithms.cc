#include <algorithm>
#include <iostream>
#include <numeric>
#include <vector>
int main() {
  std::vector<int> v(10);
  std::iota(v.begin(), v.end(), 1);
  std::rotate(v.begin(), v.begin() + 3, v.end());
  for (int x : v) std::cout << x << ' ';
  auto middle = std::stable_partition(v.begin(), v.end(), [](int x) { return x % 2; });
  std::cout << middle - v.begin() << ' '
            << std::count_if(v.begin(), v.end(), [](int x) { return x > 5; });
  std::nth_element(v.begin(), v.begin() + 4, v.end());
  std::cout << ' ' << v[4];
  std::string s = "abc";
  int n = 0;
  do n++;
  while (std::next_permutation(s.begin(), s.end()));
  std::cout << ' ' << n;
  v.erase(std::remove_if(v.begin(), v.end(), [](int x) { return x < 8; }), v.end());
  std::cout << ' ' << v.size() << ' ' << std::gcd(12, 18) << std::lcm(4, 6) << ' '
            << std::clamp(9, 1, 5) << '\n';
}

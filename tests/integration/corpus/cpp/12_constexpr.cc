#include <array>
#include <iostream>
constexpr auto squares = [] {
  std::array<int, 10> a{};
  for (int i = 0; i < 10; i++) a[i] = i * i;
  return a;
}();
constexpr bool isPrime(int n) {
  for (int i = 2; i * i <= n; i++)
    if (n % i == 0) return false;
  return n > 1;
}
consteval int twice(int n) { return n * 2; }
static_assert(squares[9] == 81 && isPrime(97) && !isPrime(91));
int main() {
  constexpr int n = twice(21);
  std::cout << n << ' ' << squares[5];
  if constexpr (sizeof(void*) == 8) std::cout << " 64\n";
}

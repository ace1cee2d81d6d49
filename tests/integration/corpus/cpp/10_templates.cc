#include <array>
#include <iostream>
#include <tuple>
template <typename T, int N>
struct Stack {
  std::array<T, N> items{};
  int count = 0;
  void push(T t) { items[count++] = t; }
  T pop() { return items[--count]; }
};
template <typename... T>
auto sum(T... t) {
  return (t + ... + 0);
}
template <int N>
struct Fib {
  static constexpr int value = Fib<N - 1>::value + Fib<N - 2>::value;
};
template <>
struct Fib<0> {
  static constexpr int value = 0;
};
template <>
struct Fib<1> {
  static constexpr int value = 1;
};
template <typename T>
const char* kind(T) {
  return "other";
}
template <>
const char* kind(int) {
  return "int";
}
template <typename T>
const char* kind(T*) {
  return "pointer";
}
int main() {
  Stack<std::string, 4> s;
  s.push("a");
  s.push("b");
  std::cout << s.pop() << s.count << ' ' << sum(1, 2.5, 3) << ' ' << Fib<20>::value << ' '
            << kind(1) << kind(1.0) << kind("x") << '\n';
  auto [a, b] = std::tuple{1, "two"};
  std::cout << a << b << std::get<0>(std::make_tuple(9)) << '\n';
}

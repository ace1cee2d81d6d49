#include <concepts>
#include <iostream>
#include <vector>
template <typename T>
concept Sized = requires(T t) {
  { t.size() } -> std::convertible_to<size_t>;
};
template <Sized T>
size_t measure(const T& t) {
  return t.size();
}
size_t measure(std::integral auto n) { return n * 100; }
template <typename T>
requires std::floating_point<T> size_t measure(T) { return 7; }
int main() {
  std::cout << measure(std::string("abc")) << ' ' << measure(2) << ' ' << measure(1.5) << ' '
            << measure(std::vector{1, 2}) << '\n';
  static_assert(!Sized<int>);
}

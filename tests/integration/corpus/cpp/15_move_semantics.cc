#include <iostream>
#include <utility>
#include <vector>
struct T {
  static inline int copies = 0, moves = 0;
  T() = default;
  T(const T&) { copies++; }
  T(T&&) noexcept { moves++; }
};
T make() { return {}; }
template <typename U>
void take(U&& u) {
  T t(std::forward<U>(u));
}
int main() {
  T a = make();
  std::cout << T::copies << T::moves << ' ';
  take(a);
  take(std::move(a));
  std::cout << T::copies << T::moves << ' ';
  std::vector<T> v(4);
  v.reserve(100);
  std::cout << T::copies << T::moves << ' ';
  std::string s = "x", t = std::exchange(s, "y");
  std::cout << s << t << '\n';
}

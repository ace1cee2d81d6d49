#include <any>
#include <iostream>
#include <optional>
#include <variant>
template <typename... F>
struct Overloaded : F... {
  using F::operator()...;
};
std::optional<int> half(int n) {
  if (n % 2) return std::nullopt;
  return n / 2;
}
int main() {
  std::cout << half(4).value() << half(3).value_or(-1) << ' ';
  std::variant<int, std::string, double> v = "text";
  auto show = Overloaded{[](int i) { return "int " + std::to_string(i); },
                         [](const std::string& s) { return "string " + s; },
                         [](double) { return std::string("double"); }};
  std::cout << std::visit(show, v) << ' ';
  v = 3;
  std::cout << std::visit(show, v) << v.index() << ' ';
  try {
    std::get<double>(v);
  } catch (const std::bad_variant_access&) {
    std::cout << "no ";
  }
  std::any a = 5;
  std::cout << std::any_cast<int>(a) << (std::any_cast<float>(&a) == nullptr) << '\n';
}

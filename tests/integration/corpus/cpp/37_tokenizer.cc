#include <cctype>
#include <iostream>
#include <stdexcept>
#include <string_view>
struct Parser {
  std::string_view s;
  double primary() {
    while (s.starts_with(' ')) s.remove_prefix(1);
    if (s.empty()) throw std::runtime_error("end");
    if (s[0] == '(') {
      s.remove_prefix(1);
      double v = sum();
      s.remove_prefix(1);
      return v;
    }
    if (s[0] == '-') {
      s.remove_prefix(1);
      return -primary();
    }
    double v = 0;
    while (!s.empty() && std::isdigit(s[0])) {
      v = v * 10 + s[0] - '0';
      s.remove_prefix(1);
    }
    return v;
  }
  char op() {
    while (s.starts_with(' ')) s.remove_prefix(1);
    return s.empty() ? 0 : s[0];
  }
  double product() {
    double v = primary();
    for (char c; (c = op()) == '*' || c == '/';) {
      s.remove_prefix(1);
      double r = primary();
      v = c == '*' ? v * r : v / r;
    }
    return v;
  }
  double sum() {
    double v = product();
    for (char c; (c = op()) == '+' || c == '-';) {
      s.remove_prefix(1);
      double r = product();
      v = c == '+' ? v + r : v - r;
    }
    return v;
  }
};
int main() {
  for (auto e : {"1 + 2 * 3", "(1 + 2) * 3", "-4 / (2 - 4)", "2*(3+(4-1))/3", "1 +"}) try {
      std::cout << Parser{e}.sum() << ' ';
    } catch (const std::exception& x) {
      std::cout << x.what() << '\n';
    }
}

#include <compare>
#include <iostream>
struct Fraction {
  int n, d;
  Fraction operator+(Fraction o) const { return {n * o.d + o.n * d, d * o.d}; }
  bool operator==(const Fraction&) const = default;
  std::strong_ordering operator<=>(const Fraction& o) const { return n * o.d <=> o.n * d; }
  friend std::ostream& operator<<(std::ostream& out, Fraction f) {
    return out << f.n << '/' << f.d;
  }
  explicit operator double() const { return double(n) / d; }
  int operator[](int i) const { return i ? d : n; }
  int operator()(int k) const { return n * k; }
};
Fraction operator""_f(unsigned long long n) { return {int(n), 1}; }
int main() {
  Fraction a{1, 2}, b{1, 3};
  std::cout << a + b << ' ' << (a > b) << (a == b) << ' ' << double(a) << ' ' << a[1] << a(6) << ' '
            << 7_f << '\n';
}

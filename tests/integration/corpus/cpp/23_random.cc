#include <iostream>
#include <random>
#include <set>
int main() {
  std::mt19937 a(42), b(42);
  std::cout << a() << ' ' << (b() == 1608637542u) << ' ';
  std::uniform_int_distribution<int> d(1, 6);
  bool fits = true;
  for (int i = 0; i < 1000; i++) {
    int x = d(a);
    fits = fits && x >= 1 && x <= 6;
  }
  std::mt19937_64 c;
  c.discard(9999);
  std::cout << fits << ' ' << c() << ' ';
  std::random_device r;
  std::set<unsigned> s;
  for (int i = 0; i < 10; i++) s.insert(r());
  std::cout << (s.size() > 8) << '\n';
}

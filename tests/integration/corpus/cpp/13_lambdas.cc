#include <algorithm>
#include <functional>
#include <iostream>
#include <vector>
int main() {
  int total = 0;
  auto add = [&total, k = 2](int x) mutable {
    total += x * k++;
    return total;
  };
  add(1);
  add(1);
  std::cout << total << ' ';
  auto generic = []<typename T>(T a, auto b) { return a + b; };
  std::cout << generic(1, 2.5) << ' ';
  std::function<int(int)> fact = [&](int n) { return n < 2 ? 1 : n * fact(n - 1); };
  std::cout << fact(10) << ' ';
  auto compose = [](auto f, auto g) { return [=](auto x) { return g(f(x)); }; };
  std::cout << compose([](int x) { return x + 1; }, [](int x) { return x * 10; })(4) << ' ';
  auto bound = std::bind(std::minus<>(), std::placeholders::_2, 1);
  std::cout << bound(0, 10) << ' ' << std::invoke(&std::string::size, std::string("four")) << '\n';
}

#include <future>
#include <iostream>
#include <numeric>
#include <vector>
int main() {
  std::vector<int> v(1000);
  std::iota(v.begin(), v.end(), 0);
  auto part = [&](int a, int b) { return std::accumulate(v.begin() + a, v.begin() + b, 0); };
  auto f = std::async(std::launch::async, part, 0, 500);
  auto g = std::async(std::launch::async, part, 500, 1000);
  std::cout << f.get() + g.get() << ' ';
  std::promise<std::string> p;
  auto r = p.get_future();
  std::thread t([&] { p.set_value("promised"); });
  std::cout << r.get() << ' ';
  t.join();
  auto bad = std::async(std::launch::async, []() -> int { throw std::runtime_error("from afar"); });
  try {
    bad.get();
  } catch (const std::exception& e) {
    std::cout << e.what() << '\n';
  }
}

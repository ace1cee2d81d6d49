#include <iostream>
#include <memory>
struct Noisy {
  std::string name;
  ~Noisy() { std::cout << "~" << name << ' '; }
};
int main() {
  auto a = std::make_unique<Noisy>(Noisy{"a"});
  auto b = std::move(a);
  std::cout << (a == nullptr) << ' ';
  auto s = std::make_shared<Noisy>(Noisy{"s"});
  std::weak_ptr<Noisy> w = s;
  {
    auto t = s;
    std::cout << s.use_count() << ' ';
  }
  s.reset();
  std::cout << w.expired() << ' ';
  std::unique_ptr<FILE, int (*)(FILE*)> f(fopen("x", "w"), fclose);
  std::cout << (f != nullptr) << ' ';
  b.reset();
  std::cout << '\n';
}

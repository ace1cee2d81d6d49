#include <iostream>
#include <memory_resource>
#include <new>
#include <vector>
int main() {
  char buffer[4096];
  std::pmr::monotonic_buffer_resource pool(buffer, sizeof buffer, std::pmr::null_memory_resource());
  std::pmr::vector<int> v(&pool);
  for (int i = 0; i < 100; i++) v.push_back(i);
  std::cout << v.back() << ((char*)v.data() >= buffer && (char*)v.data() < buffer + 4096) << ' ';
  try {
    v.resize(10000);
  } catch (const std::bad_alloc&) {
    std::cout << "full ";
  }
  alignas(64) char place[64];
  auto* s = new (place) std::string("placed");
  std::cout << *s << '\n';
  s->~basic_string();
}

#include <iostream>
#include <mutex>
#include <thread>
#include <vector>
int main() {
  std::mutex m;
  int n = 0;
  {
    std::vector<std::jthread> all;
    for (int i = 0; i < 8; i++)
      all.emplace_back([&] {
        for (int k = 0; k < 1000; k++) {
          std::scoped_lock l(m);
          n++;
        }
      });
  }
  std::cout << n << ' ';
  thread_local int mine = 1;
  std::thread([&] { mine++; }).join();
  std::once_flag once;
  int calls = 0;
  for (int i = 0; i < 3; i++) std::call_once(once, [&] { calls++; });
  std::cout << mine << calls << ' ';
  std::jthread t([](std::stop_token s) {
    while (!s.stop_requested()) std::this_thread::yield();
  });
  t.request_stop();
  t.join();
  std::cout << "stopped\n";
}

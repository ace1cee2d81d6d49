#include <atomic>
#include <barrier>
#include <condition_variable>
#include <iostream>
#include <latch>
#include <queue>
#include <semaphore>
#include <shared_mutex>
#include <thread>
int main() {
  std::queue<int> q;
  std::mutex m;
  std::condition_variable c;
  long sum = 0;
  std::thread t([&] {
    for (int i = 0; i < 100; i++) {
      std::unique_lock l(m);
      c.wait(l, [&] { return !q.empty(); });
      sum += q.front();
      q.pop();
    }
  });
  for (int i = 0; i < 100; i++) {
    std::lock_guard l(m);
    q.push(i);
    c.notify_one();
  }
  t.join();
  std::atomic<int> a{0};
  std::latch done(4);
  std::barrier sync(4);
  std::counting_semaphore<2> s(2);
  std::shared_mutex sm;
  std::vector<std::jthread> all;
  for (int i = 0; i < 4; i++)
    all.emplace_back([&] {
      s.acquire();
      {
        std::shared_lock l(sm);
        a++;
      }
      s.release();
      sync.arrive_and_wait();
      done.count_down();
    });
  done.wait();
  std::cout << sum << ' ' << a << '\n';
}

#include <coroutine>
#include <iostream>
#include <utility>
template <typename T>
struct Generator {
  struct promise_type {
    T value;
    Generator get_return_object() {
      return {std::coroutine_handle<promise_type>::from_promise(*this)};
    }
    std::suspend_always initial_suspend() { return {}; }
    std::suspend_always final_suspend() noexcept { return {}; }
    std::suspend_always yield_value(T v) {
      value = v;
      return {};
    }
    void return_void() {}
    void unhandled_exception() {}
  };
  std::coroutine_handle<promise_type> handle;
  ~Generator() { handle.destroy(); }
  bool next() {
    handle.resume();
    return !handle.done();
  }
  T value() { return handle.promise().value; }
};
Generator<int> fibonacci(int limit) {
  int a = 0, b = 1;
  while (a < limit) {
    co_yield a;
    b = std::exchange(a, b) + b;
  }
}
int main() {
  auto g = fibonacci(100);
  while (g.next()) std::cout << g.value() << ' ';
  std::cout << '\n';
}

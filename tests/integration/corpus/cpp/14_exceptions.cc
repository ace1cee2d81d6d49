#include <exception>
#include <iostream>
#include <stdexcept>
struct Mine : std::runtime_error {
  int code;
  Mine(int c) : std::runtime_error("mine"), code(c) {}
};
struct Guard {
  ~Guard() { std::cout << "unwound "; }
};
void deep(int n) {
  Guard g;
  if (n == 0) throw Mine(7);
  deep(n - 1);
}
int main() {
  try {
    deep(2);
  } catch (const Mine& m) {
    std::cout << m.what() << m.code << ' ';
  }
  try {
    try {
      throw 1;
    } catch (...) {
      std::throw_with_nested(std::logic_error("outer"));
    }
  } catch (const std::exception& e) {
    std::cout << e.what() << ' ';
  }
  std::exception_ptr p;
  try {
    throw std::invalid_argument("kept");
  } catch (...) {
    p = std::current_exception();
  }
  try {
    std::rethrow_exception(p);
  } catch (std::invalid_argument& e) {
    std::cout << e.what() << ' ' << std::uncaught_exceptions() << '\n';
  }
  volatile size_t huge = size_t(-1) / 16;
  try {
    delete[] new int[huge];
  } catch (const std::bad_alloc&) {
    std::cout << "bad_alloc\n";
  }
}

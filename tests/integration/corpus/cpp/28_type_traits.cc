#include <cxxabi.h>
#include <iostream>
#include <type_traits>
#include <typeindex>
#include <typeinfo>
template <typename T, typename = void>
struct HasBegin : std::false_type {};
template <typename T>
struct HasBegin<T, std::void_t<decltype(std::declval<T>().begin())>> : std::true_type {};
struct B {
  virtual ~B() {}
};
struct D : B {};
int main() {
  std::cout << std::is_same_v<std::decay_t<const int&>,
                              int> << std::is_base_of_v<B, D> << HasBegin<std::string>::value
            << HasBegin<int>::value << std::is_trivially_copyable_v<D> << ' ';
  B* b = new D;
  int s;
  std::cout << abi::__cxa_demangle(typeid(*b).name(), nullptr, nullptr, &s)
            << (std::type_index(typeid(int)) == typeid(int)) << '\n';
  delete b;
}

#include <iostream>
struct A {
  int a = 1;
  A(int x = 1) : a(x) {}
  virtual int f() { return a; }
};
struct B : virtual A {
  int f() override { return a + 10; }
};
struct C : virtual A {};
struct D : B, C {
  D() : A(5) {}
};
template <typename T>
struct Crtp {
  int twice() { return 2 * static_cast<T*>(this)->value(); }
};
struct E : Crtp<E> {
  int value() { return 21; }
};
struct F : A {
  using A::A;
  int f() final { return A::f() * 100; }
};
int main() {
  D d;
  A& a = d;
  std::cout << a.f() << ' ' << E().twice() << ' ' << F(3).f() << ' ' << sizeof(D) << '\n';
  int A::*p = &A::a;
  int (A::*m)() = &A::f;
  std::cout << d.*p << (d.*m)() << '\n';
}

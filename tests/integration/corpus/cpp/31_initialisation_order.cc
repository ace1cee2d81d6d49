#include <iostream>
struct Log {
  const char* n;
  Log(const char* s) : n(s) { std::cout << "+" << n << ' '; }
  ~Log() { std::cout << "-" << n << ' '; }
};
Log global("global");
struct Both {
  Log a{"a"};
  Log b{"b"};
  ~Both() { std::cout << "~Both "; }
};
Log& lazy() {
  static Log l("static");
  return l;
}
int main() {
  std::cout << "main ";
  {
    Both x;
    lazy();
    Log t("local");
  }
  lazy();
  std::cout << "end ";
}

#include <fstream>
#include <iomanip>
#include <iostream>
#include <sstream>
int main() {
  std::cout << std::setw(6) << std::setfill('0') << 42 << ' ' << std::hex << std::showbase << 255
            << std::dec << ' ' << std::fixed << std::setprecision(2) << 3.14159 << ' '
            << std::boolalpha << true << ' ' << std::quoted("a \"b\"") << '\n';
  std::istringstream in("1 two 3.5\nrest of line");
  int i;
  std::string s, line;
  double d;
  in >> i >> s >> d >> std::ws;
  std::getline(in, line);
  std::cout << i << s << d << line << in.eof() << '\n';
  {
    std::ofstream f("f.txt");
    f << "a\nb\n";
  }
  std::ifstream f("f.txt");
  int n = 0;
  while (std::getline(f, s)) n++;
  std::cout << n << std::ifstream("none").is_open() << '\n';
}

#include <iostream>
#include <string>
#include <string_view>
int main() {
  std::string s = "Hello";
  s += ", World";
  std::cout << s.size() << ' ' << s.substr(7) << ' ' << s.find("lo") << ' ' << s.rfind('o') << '\n';
  s.replace(0, 5, "Bye").insert(3, "!");
  std::string_view v = s;
  v.remove_prefix(2);
  std::cout << s << '|' << v << '|' << v.starts_with("e!") << s.ends_with("ld") << '\n';
  std::cout << std::stoi("42") + std::stod("1.5") << ' ' << std::to_string(7) << ' '
            << (std::string("a") < "b") << ' ' << (s.find('z') == s.npos) << '\n';
}

#include <iostream>
#include <regex>
int main() {
  std::string s = "a1 b22 c333";
  std::regex r("([a-z])(\\d+)");
  for (std::sregex_iterator i(s.begin(), s.end(), r), e; i != e; ++i)
    std::cout << (*i)[2] << (*i)[1] << ' ';
  std::smatch m;
  std::cout << std::regex_search(s, m, std::regex("b(\\d+)")) << m[1] << m.position() << ' '
            << std::regex_replace(s, r, "$2$1") << ' '
            << std::regex_match("2024-02-29", std::regex(R"(\d{4}-\d\d-\d\d)")) << '\n';
  try {
    std::regex("(");
  } catch (const std::regex_error&) {
    std::cout << "bad regex\n";
  }
}

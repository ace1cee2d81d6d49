#include <cctype>
#include <iostream>
#include <map>
#include <set>
#include <sstream>
int main() {
  std::istringstream in("It was the best of times, it was the worst of times");
  std::map<std::string, int> n;
  std::string w;
  while (in >> w) {
    std::erase_if(w, [](unsigned char c) { return !std::isalpha(c); });
    for (char& c : w) c = std::tolower(c);
    n[w]++;
  }
  std::multimap<int, std::string, std::greater<>> by;
  for (auto& [k, v] : n) by.emplace(v, k);
  for (auto& [v, k] : by) std::cout << k << v << ' ';
  std::cout << '\n';
}

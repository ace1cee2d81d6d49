#include <iostream>
#include <map>
#include <unordered_map>
int main() {
  std::map<std::string, int> m{{"b", 2}, {"a", 1}};
  m["c"] += 3;
  m.try_emplace("a", 9);
  auto [it, isNew] = m.insert({"d", 4});
  for (const auto& [k, v] : m) std::cout << k << v << ' ';
  std::cout << isNew << ' ' << m.lower_bound("bb")->first << ' ' << m.count("z") << '\n';
  std::unordered_map<int, std::string> u;
  for (int i = 0; i < 100; i++) u[i * i] = std::to_string(i);
  std::cout << u.at(81) << ' ' << u.size() << ' ' << u.contains(82) << '\n';
  std::multimap<int, char> mm{{1, 'a'}, {1, 'b'}, {2, 'c'}};
  std::cout << mm.count(1) << ' ' << m.extract("a").key() << ' ' << m.size() << '\n';
}

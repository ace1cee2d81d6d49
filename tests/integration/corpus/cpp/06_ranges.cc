#include <algorithm>
#include <iostream>
#include <ranges>
#include <vector>
int main() {
  auto even = [](int x) { return x % 2 == 0; };
  for (int x : std::views::iota(1, 20) | std::views::filter(even) |
                   std::views::transform([](int x) { return x * x; }) | std::views::take(5))
    std::cout << x << ' ';
  std::vector<std::string> w{"pear", "fig", "apple"};
  std::ranges::sort(w, {}, &std::string::size);
  for (auto& s : w | std::views::reverse) std::cout << s << ' ';
  std::string text = "a-b-c";
  for (auto part : text | std::views::split('-'))
    std::cout << '<' << std::string_view(part.begin(), part.end()) << '>';
  std::cout << std::ranges::max(w) << '\n';
}

#include <algorithm>
#include <iostream>
#include <numeric>
#include <vector>
int main() {
  std::vector<int> v{5, 3, 8, 1};
  v.push_back(9);
  v.insert(v.begin() + 1, 7);
  v.erase(v.begin());
  std::sort(v.begin(), v.end());
  for (int x : v) std::cout << x << ' ';
  std::cout << std::accumulate(v.begin(), v.end(), 0) << ' '
            << *std::max_element(v.begin(), v.end()) << '\n';
  try {
    v.at(99);
  } catch (const std::out_of_range&) {
    std::cout << "out of range\n";
  }
}

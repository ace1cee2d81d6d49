#include <iostream>
#include <limits>
#include <map>
#include <queue>
#include <vector>
int main() {
  std::map<int, std::vector<std::pair<int, int>>> g{
      {0, {{1, 4}, {2, 1}}}, {2, {{1, 2}, {3, 7}}}, {1, {{3, 1}}}};
  std::vector<int> best(4, std::numeric_limits<int>::max());
  std::priority_queue<std::pair<int, int>, std::vector<std::pair<int, int>>, std::greater<>> q;
  q.push({best[0] = 0, 0});
  while (!q.empty()) {
    auto [d, n] = q.top();
    q.pop();
    if (d > best[n]) continue;
    for (auto [to, w] : g[n])
      if (d + w < best[to]) q.push({best[to] = d + w, to});
  }
  for (int d : best) std::cout << d << ' ';
  std::cout << '\n';
}

#include <algorithm>
#include <iostream>
#include <vector>
template <typename T>
void quick(std::vector<T>& v, int a, int b) {
  if (a >= b) return;
  T p = v[(a + b) / 2];
  int i = a, j = b;
  while (i <= j) {
    while (v[i] < p) i++;
    while (p < v[j]) j--;
    if (i <= j) std::swap(v[i++], v[j--]);
  }
  quick(v, a, j);
  quick(v, i, b);
}
int main() {
  std::vector<unsigned> v(20000);
  unsigned x = 1;
  for (auto& y : v) y = x = x * 1664525u + 1013904223u;
  auto w = v, h = v;
  quick(v, 0, v.size() - 1);
  std::stable_sort(w.begin(), w.end());
  std::make_heap(h.begin(), h.end());
  std::sort_heap(h.begin(), h.end());
  std::cout << (v == w) << (w == h) << std::is_sorted(v.begin(), v.end()) << ' ' << v.front() << ' '
            << v.back() << ' ' << (std::lower_bound(v.begin(), v.end(), v[777]) - v.begin())
            << '\n';
}

#include <algorithm>
#include <iostream>
#include <iterator>
#include <sstream>
#include <vector>
struct Range {
  int from, to;
  struct It {
    int at;
    int operator*() const { return at; }
    It& operator++() {
      ++at;
      return *this;
    }
    bool operator!=(It o) const { return at != o.at; }
  };
  It begin() const { return {from}; }
  It end() const { return {to}; }
};
int main() {
  for (int x : Range{3, 6}) std::cout << x;
  std::istringstream in("5 1 4");
  std::vector<int> v{std::istream_iterator<int>(in), {}};
  std::sort(v.rbegin(), v.rend());
  std::copy(v.begin(), v.end(), std::ostream_iterator<int>(std::cout, ","));
  std::vector<int> w;
  std::transform(v.begin(), v.end(), std::back_inserter(w), [](int x) { return -x; });
  std::cout << w.size() << std::distance(w.begin(), w.end()) << *std::next(w.begin())
            << *std::prev(w.end()) << '\n';
}

#include <algorithm>
#include <iostream>
#include <string>
#include <vector>
int main() {
  std::vector<int> d{1};
  for (int n = 2; n <= 60; n++) {
    int carry = 0;
    for (int& x : d) {
      carry += x * n;
      x = carry % 10;
      carry /= 10;
    }
    for (; carry; carry /= 10) d.push_back(carry % 10);
  }
  std::string s;
  for (auto i = d.rbegin(); i != d.rend(); ++i) s += char('0' + *i);
  std::cout << s << '\n';
}

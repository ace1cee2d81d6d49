#include <iostream>
int main() {
  std::ios::sync_with_stdio(false);
  for (int i = 0; i < 5000; i++) std::cout << "line " << i << '\n';
  std::cerr << "done\n";
}

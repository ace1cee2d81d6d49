#include <deque>
#include <iostream>
#include <list>
#include <queue>
#include <set>
#include <stack>
int main() {
  std::set<int> s{3, 1, 2, 3};
  for (int x : s) std::cout << x;
  std::priority_queue<int> q;
  for (int x : {2, 9, 4}) q.push(x);
  std::cout << ' ';
  while (!q.empty()) {
    std::cout << q.top();
    q.pop();
  }
  std::deque<int> d{1, 2};
  d.push_front(0);
  std::cout << ' ' << d.front() << d.back();
  std::list<int> l{4, 2, 3};
  l.sort();
  l.splice(l.end(), std::list<int>{9});
  l.remove(3);
  std::cout << ' ' << l.size() << l.back();
  std::stack<char> t;
  t.push('x');
  std::cout << t.top() << '\n';
}

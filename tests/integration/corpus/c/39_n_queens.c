#include <stdio.h>
static int solve(unsigned columns, unsigned left, unsigned right, unsigned all) {
  if (columns == all) return 1; int found = 0;
  for (unsigned free = all & ~(columns | left | right); free;) { unsigned bit = free & -free; free ^= bit; found += solve(columns | bit, (left | bit) << 1, (right | bit) >> 1, all); }
  return found;
}
int main(void) { for (int n = 4; n <= 9; n++) printf("%d ", solve(0, 0, 0, (1u << n) - 1)); puts(""); }

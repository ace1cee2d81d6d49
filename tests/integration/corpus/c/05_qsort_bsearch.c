#include <stdio.h>
#include <stdlib.h>
#include <string.h>
static int byNumber(const void* a, const void* b) { return *(const int*)a - *(const int*)b; }
static int byText(const void* a, const void* b) { return strcmp(*(char* const*)a, *(char* const*)b); }
int main(void) {
  int n[] = {5, 3, 9, 1, 7}, key = 7;
  qsort(n, 5, sizeof *n, byNumber);
  for (int i = 0; i < 5; i++) printf("%d ", n[i]);
  printf("%td\n", (int*)bsearch(&key, n, 5, sizeof *n, byNumber) - n);
  char* w[] = {"pear", "fig", "apple"};
  qsort(w, 3, sizeof *w, byText); printf("%s %s %s\n", w[0], w[1], w[2]);
}

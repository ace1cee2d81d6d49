#include <stdio.h>
#include <stdlib.h>
struct tree { int key; struct tree *left, *right; };
static struct tree* add(struct tree* t, int key) {
  if (!t) { t = calloc(1, sizeof *t); t->key = key; }
  else if (key < t->key) t->left = add(t->left, key);
  else if (key > t->key) t->right = add(t->right, key);
  return t;
}
static void walk(struct tree* t) { if (t) { walk(t->left); printf("%d ", t->key); walk(t->right); } }
static int depth(struct tree* t) { if (!t) return 0; int l = depth(t->left), r = depth(t->right); return 1 + (l > r ? l : r); }
int main(void) {
  struct tree* t = NULL; int keys[] = {50, 30, 70, 20, 40, 60, 80, 30};
  for (int i = 0; i < 8; i++) t = add(t, keys[i]);
  walk(t); printf("depth %d\n", depth(t));
}

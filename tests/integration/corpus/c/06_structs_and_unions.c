#include <stdio.h>
#include <stddef.h>
#include <stdint.h>
struct point { double x, y; };
struct mixed { char c; int i; short s; };
union bits { float f; uint32_t u; };
struct flags { unsigned a : 1, b : 3, c : 4; };
static struct point mid(struct point p, struct point q) { return (struct point){(p.x + q.x) / 2, (p.y + q.y) / 2}; }
int main(void) {
  struct point m = mid((struct point){0, 0}, (struct point){.y = 4, .x = 2});
  printf("%.1f %.1f %zu %zu\n", m.x, m.y, sizeof(struct mixed), offsetof(struct mixed, i));
  union bits b = {.f = 1.0f}; struct flags f = {1, 5, 9};
  printf("%08x %u %u %u\n", b.u, f.a, f.b, f.c);
}

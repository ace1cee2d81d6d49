#include <stdio.h>
#include <stdalign.h>
_Static_assert(sizeof(long) == 8, "64 bit");
#define KIND(x) _Generic((x), int: "int", double: "double", char*: "text", default: "other")
struct wide { alignas(32) char c; };
int main(void) { printf("%s %s %s %s %zu %zu\n", KIND(1), KIND(1.0), KIND("a"), KIND('a' == 1 ? 1L : 2L), sizeof(struct wide), alignof(double)); }

#include <stdio.h>
#define STR(x) #x
#define XSTR(x) STR(x)
#define CAT(a, b) a##b
#define MAX(a, b) ({ __auto_type x_ = (a); __auto_type y_ = (b); x_ > y_ ? x_ : y_; })
#define COLOURS X(red) X(green) X(blue)
enum colour {
#define X(c) c,
  COLOURS
#undef X
};
static const char* names[] = {
#define X(c) #c,
    COLOURS
#undef X
};
#define COUNT(...) (sizeof((int[]){__VA_ARGS__}) / sizeof(int))
int main(void) {
  int CAT(va, lue) = __LINE__; printf("%d %s %s %d %zu\n", value, XSTR(MAX_SIZE), names[blue], MAX(3, 2 + 2), COUNT(1, 2, 3));
  printf("%s %d %d\n", __func__, __STDC_VERSION__ >= 201710L, __COUNTER__ + __COUNTER__);
#if defined(__linux__) && !defined(_WIN32)
  puts("linux");
#endif
}

#include <stdarg.h>
#include <stdio.h>
static double mean(int count, ...) {
  va_list args; va_start(args, count); double sum = 0;
  for (int i = 0; i < count; i++) sum += va_arg(args, double);
  va_end(args); return sum / count;
}
static int format(char* out, size_t size, const char* f, ...) {
  va_list args; va_start(args, f); int n = vsnprintf(out, size, f, args); va_end(args); return n;
}
int main(void) { char b[32]; printf("%.2f ", mean(4, 1.0, 2.0, 3.0, 4.5)); printf("%d %s\n", format(b, 32, "%d-%s", 7, "x"), b); }

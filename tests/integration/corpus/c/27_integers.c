#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
int main(void) {
  printf("%d %u %" PRId64 " %" PRIu64 "\n", INT_MIN, UINT_MAX, INT64_MAX, UINT64_MAX);
  uint8_t small = 250; small += 10; printf("%d %d %d %d\n", small, -7 / 2, -7 % 2, (int)(-7u >> 28));
  printf("%d %d %d %08x\n", __builtin_popcount(255), __builtin_clz(1), __builtin_ctz(8), __builtin_bswap32(0x01020304));
  int r; printf("%d ", __builtin_add_overflow(INT_MAX, 1, &r)); printf("%d\n", r); __int128 big = (__int128)1 << 100; printf("%lld\n", (long long)(big >> 60));
}

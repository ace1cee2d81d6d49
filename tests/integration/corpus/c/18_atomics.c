#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
static atomic_int hits; static atomic_flag spin = ATOMIC_FLAG_INIT; static int guarded;
static void* work(void* a) {
  for (int i = 0; i < 5000; i++) { atomic_fetch_add(&hits, 1); while (atomic_flag_test_and_set(&spin)) {} guarded++; atomic_flag_clear(&spin); }
  return a;
}
int main(void) {
  pthread_t t[4]; for (int i = 0; i < 4; i++) pthread_create(&t[i], NULL, work, NULL);
  for (int i = 0; i < 4; i++) pthread_join(t[i], NULL);
  printf("%d %d ", hits, guarded);
  int expected = 20000; printf("%d ", atomic_compare_exchange_strong(&hits, &expected, 1)); printf("%d\n", hits);
}

#include <pthread.h>
#include <stdio.h>
static pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER; static pthread_cond_t c = PTHREAD_COND_INITIALIZER;
static int queue[4], count, head; static __thread int mine;
static void* consume(void* a) {
  int sum = 0; (void)a;
  for (int i = 0; i < 100; i++) {
    pthread_mutex_lock(&m); while (!count) pthread_cond_wait(&c, &m);
    sum += queue[head]; head = (head + 1) % 4; count--; pthread_cond_broadcast(&c); pthread_mutex_unlock(&m);
  }
  mine = sum; return (void*)(long)mine;
}
int main(void) {
  pthread_t t; void* r; pthread_create(&t, NULL, consume, NULL);
  for (int i = 0; i < 100; i++) {
    pthread_mutex_lock(&m); while (count == 4) pthread_cond_wait(&c, &m);
    queue[(head + count++) % 4] = i; pthread_cond_broadcast(&c); pthread_mutex_unlock(&m);
  }
  pthread_join(t, &r); printf("%ld %d\n", (long)r, mine);
}

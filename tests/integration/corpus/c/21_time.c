#include <stdio.h>
#include <stdlib.h>
#include <time.h>
int main(void) {
  time_t t = 1709210415; struct tm* u = gmtime(&t); char b[64];
  strftime(b, sizeof b, "%Y-%m-%d %H:%M:%S %j %a", u); puts(b);
  struct tm d = {.tm_year = 124, .tm_mon = 1, .tm_mday = 30}; setenv("TZ", "UTC", 1); tzset(); t = mktime(&d);
  strftime(b, sizeof b, "%F", &d); printf("%s %ld %.0f\n", b, (long)t, difftime(t, t - 60));
}

#include <ctype.h>
#include <stdio.h>
#include <string.h>
int main(void) {
  char text[32] = "Hello";
  strcat(text, ", World");
  printf("%zu %s %s %d\n", strlen(text), strchr(text, 'W'), strstr(text, "lo"), strcmp("a", "b") < 0);
  for (char* c = text; *c; c++) *c = toupper(*c);
  puts(text);
  char words[] = "a,b,,c", *rest;
  for (char* w = strtok_r(words, ",", &rest); w; w = strtok_r(NULL, ",", &rest)) printf("[%s]", w);
  printf(" %zu %zu\n", strspn("aabbc", "ab"), strcspn("hello", "l"));
}

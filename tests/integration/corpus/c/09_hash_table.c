#include <stdio.h>
#include <string.h>
#define SIZE 64
static struct { char key[16]; int count; } table[SIZE];
static unsigned hash(const char* s) { unsigned h = 2166136261u; while (*s) h = (h ^ (unsigned char)*s++) * 16777619u; return h; }
static int* slot(const char* key) {
  unsigned i = hash(key) % SIZE;
  while (table[i].key[0] && strcmp(table[i].key, key)) i = (i + 1) % SIZE;
  strcpy(table[i].key, key); return &table[i].count;
}
int main(void) {
  char text[] = "the cat and the dog and the bird";
  for (char* w = strtok(text, " "); w; w = strtok(NULL, " ")) ++*slot(w);
  printf("%d %d %d %08x\n", *slot("the"), *slot("and"), *slot("cat"), hash("hello"));
}

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
int main(void) {
  setvbuf(stdout, NULL, _IONBF, 0);
  char* text; size_t size; FILE* f = open_memstream(&text, &size); fprintf(f, "%d %s", 1, "two"); fclose(f); printf("%zu %s\n", size, text);
  f = fmemopen("a b\nc d\n", 8, "r"); char* line = NULL; size_t room = 0; ssize_t n; while ((n = getline(&line, &room, f)) > 0) printf("%zd:%.*s;", n, (int)n - 1, line); puts("");
  ungetc('z', stdin); int first = getchar(); printf("%c %d\n", first, getchar() == EOF); perror("perror"); puts(strerror(2));
}

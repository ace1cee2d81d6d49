#include <stdio.h>
#include <unistd.h>
int main(void) {
  FILE* f = fopen("data.txt", "w+");
  for (int i = 0; i < 5; i++) fprintf(f, "line %d\n", i);
  fseek(f, -7, SEEK_END); char b[16]; printf("%s", fgets(b, 16, f));
  printf("%ld %d\n", ftell(f), fgetc(f) == EOF && feof(f));
  rewind(f); int n = 0, c; while ((c = fgetc(f)) != EOF) n += c == '\n';
  fclose(f); printf("%d %d\n", n, rename("data.txt", "moved") == 0 && access("data.txt", F_OK) != 0);
  printf("%d\n", remove("moved"));
}

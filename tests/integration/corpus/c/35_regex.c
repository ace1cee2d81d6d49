#include <regex.h>
#include <fnmatch.h>
#include <glob.h>
#include <stdio.h>
int main(void) {
  regex_t r; regmatch_t m[3]; regcomp(&r, "([a-z]+)-([0-9]+)", REG_EXTENDED);
  int result = regexec(&r, "xx abc-42", 3, m, 0);
  printf("%d %d %d\n", result, (int)m[1].rm_so, (int)m[2].rm_eo); regfree(&r);
  printf("%d %d\n", fnmatch("*.c", "a.c", 0), fnmatch("?.h", "ab.h", 0) != 0); fclose(fopen("g1", "w")); fclose(fopen("g2", "w")); glob_t g; glob("g?", 0, NULL, &g); printf("%zu %s\n", g.gl_pathc, g.gl_pathv[1]);
}

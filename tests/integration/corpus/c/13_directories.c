#include <dirent.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>
#include <stdlib.h>
int main(void) {
  mkdir("d", 0755); fclose(fopen("d/a", "w")); fclose(fopen("d/b", "w")); symlink("a", "d/c");
  struct dirent** names; int n = scandir("d", &names, NULL, alphasort);
  for (int i = 0; i < n; i++) { struct stat s; char p[300]; snprintf(p, 300, "d/%s", names[i]->d_name); lstat(p, &s); printf("%s%s ", names[i]->d_name, S_ISLNK(s.st_mode) ? "@" : S_ISDIR(s.st_mode) ? "/" : ""); }
  char target[8] = ""; readlink("d/c", target, 7); printf("-> %s\n", target);
  struct stat s; stat("d", &s); printf("%o %d\n", s.st_mode & 0777, rmdir("d"));
}

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>
#include <wctype.h>
int main(void) {
  printf("%s ", setlocale(LC_ALL, "C.UTF-8") ? "utf8" : "none");
  const char* s = "žluť🐎"; wchar_t w[16]; size_t n = mbstowcs(w, s, 16); char back[32];
  printf("%zu %zu %lc %d ", n, strlen(s), towupper(w[0]), iswalpha(w[1]) != 0); wcstombs(back, w, 32); printf("%s %ls %d\n", back, wcschr(w, L'u'), wcscmp(L"a", L"b") < 0);
}

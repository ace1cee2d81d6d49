#include <dlfcn.h>
#include <stdio.h>
int main(void) {
  void* m = dlopen("libm.so.6", RTLD_NOW); double (*f)(double) = (double (*)(double))dlsym(m, "sqrt");
  printf("%.3f %d ", f(2), dlsym(m, "nothing_of_that_name") == NULL); printf("%d\n", dlclose(m));
}

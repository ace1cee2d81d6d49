// The one place that adapts a sanitized build to how zygotes live.
//
// LeakSanitizer attaches to its process with ptrace at exit, which workers may not do and which a
// process that ends by _exit or SIGKILL never reaches. Every other check stays on.

#if defined(__SANITIZE_ADDRESS__)
extern "C" const char* __asan_default_options();
extern "C" const char* __asan_default_options() { return "detect_leaks=0"; }
#endif

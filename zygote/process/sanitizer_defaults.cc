// The one place that adapts a sanitized build to how zygotes live.
//
// LeakSanitizer attaches to its process with ptrace at exit, which workers may not do and which a
// process that ends by _exit or SIGKILL never reaches. The signal that ends a job is the job's, and
// its verdict names it. Freed memory is kept back only a little: it counts against a job's limit.
// Every other check stays on.

#if defined(__SANITIZE_ADDRESS__)
extern "C" const char* __asan_default_options();
extern "C" const char* __asan_default_options() {
  return "detect_leaks=0:handle_segv=0:handle_sigbus=0:handle_sigfpe=0:handle_sigill=0:"
         "handle_abort=0:quarantine_size_mb=4";
}
#endif

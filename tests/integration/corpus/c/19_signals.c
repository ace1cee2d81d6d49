#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>
static volatile sig_atomic_t seen;
static void note(int number, siginfo_t* info, void* context) { (void)context; seen = number + (info->si_pid == getpid() ? 100 : 0); }
int main(void) {
  struct sigaction action = {.sa_sigaction = note, .sa_flags = SA_SIGINFO};
  sigaction(SIGUSR1, &action, NULL); raise(SIGUSR1); kill(getpid(), SIGUSR1); printf("%d\n", seen - SIGUSR1);
  sigset_t set; sigemptyset(&set); sigaddset(&set, SIGUSR2); sigprocmask(SIG_BLOCK, &set, NULL);
  raise(SIGUSR2); int number; sigwait(&set, &number); printf("%d\n", number == SIGUSR2);
  fflush(stdout); if (fork() == 0) raise(SIGSEGV);
  int status; wait(&status); printf("%d %d\n", WIFSIGNALED(status), WTERMSIG(status) == SIGSEGV);
}

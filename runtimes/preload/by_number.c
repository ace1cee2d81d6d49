// By number: a job of the tier "process" may set its scheduling, but name itself only as 0.

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "runtimes/preload/export.h"

static pid_t selfAsZero(pid_t id) { return id == getpid() || id == gettid() ? 0 : id; }

EXPORT int sched_setaffinity(pid_t pid, size_t size, const cpu_set_t* set) {
  return (int)syscall(SYS_sched_setaffinity, selfAsZero(pid), size, set);
}

EXPORT int sched_setscheduler(pid_t pid, int policy, const struct sched_param* parameter) {
  return (int)syscall(SYS_sched_setscheduler, selfAsZero(pid), policy, parameter);
}

EXPORT int sched_setparam(pid_t pid, const struct sched_param* parameter) {
  return (int)syscall(SYS_sched_setparam, selfAsZero(pid), parameter);
}

EXPORT int setpriority(__priority_which_t which, id_t who, int priority) {
  const id_t self = which == PRIO_PROCESS ? (id_t)selfAsZero((pid_t)who) : who;
  return (int)syscall(SYS_setpriority, which, self, priority);
}

EXPORT int pthread_setaffinity_np(pthread_t thread, size_t size, const cpu_set_t* set) {
  if (!pthread_equal(thread, pthread_self())) return EPERM;
  return syscall(SYS_sched_setaffinity, 0, size, set) < 0 ? errno : 0;
}

EXPORT int pthread_setschedparam(pthread_t thread, int policy, const struct sched_param* param) {
  if (!pthread_equal(thread, pthread_self())) return EPERM;
  return syscall(SYS_sched_setscheduler, 0, policy, param) < 0 ? errno : 0;
}

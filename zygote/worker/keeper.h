#pragma once
// Ends a job as a whole where it has no PID namespace whose end would be the job's.
//
// A keeper is the parent of a worker and adopts whatever that leaves behind
// (PR_SET_CHILD_SUBREAPER). It lives in a Landlock domain of its own, and its worker in another
// within that: so the keeper can signal all of the job, the job cannot signal the keeper, and
// neither anybody else. kill(-1) reaches exactly those, all at once: the kernel lets nobody fork
// meanwhile. A keeper ends when its worker ends, on SIGTERM, or with its zygote; before that it has
// reaped every process of the job. It ends as the worker has ended, so its wait status and its
// resource usage are the job's.

#include <sys/types.h>

namespace brood::zygote {

// In a fork of a zygote with one thread, before it is a worker. Forks, and returns 0 in what is to
// be the worker, with no signal blocked; the caller itself becomes the keeper, of which nothing but
// an errno returns, where it could not. Must have no_new_privs.
int forkKeptWorker(pid_t zygote);

}  // namespace brood::zygote

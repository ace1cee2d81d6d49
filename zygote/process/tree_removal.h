#pragma once
// Removes what a job has left in a directory, whatever that is: without following a link, in
// bounded memory and descriptors, through folders of any depth and mode.

namespace brood::zygote {

// Empties the directory (a borrowed descriptor, opened for reading). False if something is left, as
// where somebody still makes files in it. Everything in it must belong to the caller.
bool emptyDirectory(int directoryFd);

}  // namespace brood::zygote

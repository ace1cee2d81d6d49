#pragma once
// A program's own code in huge pages.
//
// A job runs on a CPU that has forgotten the code which serves it: each small page of it costs a
// walk through page tables, under a hypervisor through two of them, and in a fork a page fault
// first. The kernel makes huge pages of files only where it was built to, so the code is copied
// into anonymous memory, and that is moved to where the code was.

#include <cstddef>

namespace brood {

// Moves the code of the program itself, not of its shared libraries. The program is linked with
// brood_huge_text() of CMake, without which its code does not begin where a huge page does. Call
// while there is only one thread.
// Returns how many bytes are in huge pages now: 0 where the kernel has none to give, or a security
// module forbids memory that was written to become code; then everything is as it was.
size_t moveTextToHugePages() noexcept;

}  // namespace brood

#pragma once
// Whether this is built with a sanitizer whose own memory describes ours, address by address: then
// mappings stay what they are, and the allocator is the sanitizer's.

namespace brood::zygote {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr bool kIsSanitized = true;
#else
inline constexpr bool kIsSanitized = false;
#endif

}  // namespace brood::zygote

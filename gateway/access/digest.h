#pragma once
// SHA-256 by OpenSSL, as raw bytes and as hexadecimal text.

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace brood::gateway {

using Sha256 = std::array<uint8_t, 32>;

// Throws StartError if OpenSSL has no SHA-256, which no usable build of it lacks.
Sha256 sha256(std::string_view bytes);

// Takes the same time wherever the two differ.
bool digestsEqual(const Sha256& one, const Sha256& other);

// 64 lower-case digits.
std::string hexText(const Sha256& digest);
// Null unless `text` is what hexText() writes; upper-case digits are accepted.
std::optional<Sha256> digestFromHex(std::string_view text);

// Fills `size` bytes from the kernel's generator by OpenSSL. Throws StartError without one.
void fillRandom(uint8_t* bytes, size_t size);

}  // namespace brood::gateway

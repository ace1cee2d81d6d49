#include "zygote/layers/seccomp_gates.h"

#include <kj/debug.h>
#include <kj/vector.h>
#include <linux/seccomp.h>

#include <bit>
#include <cstddef>

namespace brood::zygote {
namespace {

static_assert(std::endian::native == std::endian::little, "the low word is the first");

// How far the two short jumps of an instruction reach.
constexpr size_t kFarthest = 255;

using Program = kj::Vector<sock_filter>;

uint32_t placeOf(unsigned argument) {
  return static_cast<uint32_t>(offsetof(seccomp_data, args) + argument * sizeof(uint64_t));
}

void load(Program& program, size_t place) {
  program.add(sock_filter BPF_STMT(BPF_LD | BPF_W | BPF_ABS, static_cast<uint32_t>(place)));
}

void answer(Program& program, uint32_t action) {
  program.add(sock_filter BPF_STMT(BPF_RET | BPF_K, action));
}

// Left open where it jumps to when they differ; goOnHere() closes it.
size_t unlessEqual(Program& program, uint32_t value) {
  program.add(sock_filter BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, 0, 0));
  return program.size() - 1;
}

uint8_t distance(const Program& program, size_t from) {
  const size_t skipped = program.size() - from - 1;
  KJ_REQUIRE(skipped <= kFarthest, "a list too long for a filter's jumps", skipped);
  return static_cast<uint8_t>(skipped);
}

void goOnHere(Program& program, size_t jump) { program[jump].jf = distance(program, jump); }

void addGate(Program& program, const SeccompGate& gate) {
  const bool isConditional = gate.whenArgument != SeccompGate::kAlways;
  size_t condition = 0;
  if (isConditional) {
    load(program, placeOf(gate.whenArgument));
    condition = unlessEqual(program, gate.whenValue);
  }
  load(program, placeOf(gate.argument));
  kj::Vector<size_t> matches;
  for (auto& each : gate.values) matches.add(unlessEqual(program, each.value));
  if (gate.kinds.size() > 0) {
    program.add(sock_filter BPF_STMT(BPF_ALU | BPF_AND | BPF_K, gate.kindMask));
    for (auto& each : gate.kinds) matches.add(unlessEqual(program, each.value));
  }
  // Past all comparisons: it is none of them.
  if (gate.outside != SCMP_ACT_ALLOW) {
    answer(program, gate.outside);
  } else {
    program.add(sock_filter BPF_STMT(BPF_JMP | BPF_JA, gate.inside == SCMP_ACT_ALLOW ? 0u : 1u));
  }
  for (size_t match : matches) program[match].jt = distance(program, match);
  if (gate.inside != SCMP_ACT_ALLOW) answer(program, gate.inside);
  if (isConditional) goOnHere(program, condition);
}

}  // namespace

kj::Array<sock_filter> compileGates(kj::ArrayPtr<const GatedSyscall> syscalls) {
  Program program;
  load(program, offsetof(seccomp_data, arch));
  program.add(sock_filter BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, seccomp_arch_native(), 1, 0));
  const size_t foreign = program.size();
  program.add(sock_filter BPF_STMT(BPF_JMP | BPF_JA, 0));
  for (auto& syscall : syscalls) {
    load(program, offsetof(seccomp_data, nr));
    program.add(sock_filter BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K,
                                     static_cast<uint32_t>(syscall.number), 1, 0));
    const size_t other = program.size();
    program.add(sock_filter BPF_STMT(BPF_JMP | BPF_JA, 0));
    for (auto& gate : syscall.gates) addGate(program, gate);
    program[other].k = static_cast<uint32_t>(program.size() - other - 1);
  }
  program[foreign].k = static_cast<uint32_t>(program.size() - foreign - 1);
  return program.releaseAsArray();
}

}  // namespace brood::zygote

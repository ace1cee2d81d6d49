#pragma once
// The techniques that make a worker quick to fork and quick to answer. Each can be switched off: to
// measure its worth (`brood bench --ablation`), and where a kernel does badly with it.

#include <array>

namespace brood {

struct Techniques {
  bool touchPages = true;     // Workers take the pages a job is known to need while they park.
  bool hugePages = true;      // A zygote's memory is made huge pages once it has loaded all.
  bool reuseNetworks = true;  // A slot's network in which nothing has happened is another's later.
  bool joinMappings = true;   // Loaded objects are mapped in fewer pieces.
  bool reuseCgroups = true;   // A slot's group that has nothing to forget is another's later.
  bool fillHoles = true;      // Later allocations are side by side, not between loaded ones.
  bool keepWarm = true;       // After a job, the next worker is exercised every 2 ms for 250 ms.
  bool primeIdle = true;      // Some workers get ready for large jobs while nothing is going on.
};

struct TechniqueInfo {
  const char* name;  // techniques.NAME in the configuration.
  bool Techniques::*on;
  const char* help;
};

inline constexpr auto kTechniques = std::to_array<TechniqueInfo>({
    {"touch_pages", &Techniques::touchPages,
     "Workers take the memory a job is known to need while they park"},
    {"huge_pages", &Techniques::hugePages,
     "A zygote's memory is made huge pages, which are quick to fork"},
    {"reuse_networks", &Techniques::reuseNetworks,
     "A sandbox's network namespace in which nothing has happened is used again"},
    {"reuse_cgroups", &Techniques::reuseCgroups,
     "A sandbox's control group that has nothing to forget is used again; version 1 only"},
    {"join_mappings", &Techniques::joinMappings,
     "A zygote's loaded objects are mapped in fewer pieces, each of which costs a fork"},
    {"fill_holes", &Techniques::fillHoles,
     "Free memory between a zygote's loaded objects is used up: workers allocate side by side"},
    {"keep_warm", &Techniques::keepWarm,
     "For a quarter of a second after a job the next worker is woken now and then, so that CPUs do "
     "not forget"},
    {"prime_idle", &Techniques::primeIdle,
     "While nothing is going on, some parked workers take the memory that jobs with large "
     "libraries need"},
});

}  // namespace brood

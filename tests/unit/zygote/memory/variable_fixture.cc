// A shared object with variables of every kind, for variable_file_test.cc.

namespace {

constexpr int kWholePage = 4096;

int initialised[kWholePage] = {41};
int untouched[kWholePage];
int never[8 * kWholePage];

}  // namespace

extern "C" {
// Relocated by the linker.
int* fixture_initialised = initialised;
int* fixture_untouched = untouched;
int* fixture_never = never;
int fixture_sum() { return initialised[0] + untouched[0] + never[0]; }
}

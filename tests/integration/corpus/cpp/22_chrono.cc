#include <chrono>
#include <iostream>
#include <thread>
using namespace std::chrono_literals;
namespace ch = std::chrono;
int main() {
  auto start = ch::steady_clock::now();
  std::this_thread::sleep_for(2ms);
  std::cout << (ch::steady_clock::now() - start >= 2ms) << ' '
            << ch::duration_cast<ch::minutes>(3h + 90s).count() << ' ' << (1500ms).count() << ' ';
  ch::year_month_day d{ch::sys_days{ch::year{2024} / 2 / 28} + ch::days{2}};
  std::cout << int(d.year()) << unsigned(d.month()) << unsigned(d.day()) << ' '
            << ch::year{2024}.is_leap() << ch::weekday{ch::sys_days{d}}.iso_encoding() << '\n';
}

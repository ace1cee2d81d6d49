#include <codecvt>
#include <iostream>
#include <locale>
#include <string>
int main() {
  std::u32string u = U"žluť🐎";
  std::u8string e = u8"žluť🐎";
  std::cout << u.size() << e.size() << ' ' << std::string(e.begin(), e.end()) << ' '
            << (unsigned)u[4] << ' ' << std::toupper('a', std::locale::classic()) << ' '
            << R"(raw\n)" << ' '
            << "con"
               "cat"
            << ' ' << 1'000'000 << '\n';
  std::wstring w = L"wide";
  std::cout << w.size() << sizeof(wchar_t) << '\n';
}

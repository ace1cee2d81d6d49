#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <set>
namespace fs = std::filesystem;
int main() {
  fs::create_directories("a/b");
  std::ofstream("a/x.txt") << "hello";
  fs::copy("a/x.txt", "a/b/y.txt");
  fs::create_symlink("x.txt", "a/link");
  std::set<std::string> all;
  for (auto& e : fs::recursive_directory_iterator("a"))
    all.insert(e.path().generic_string() + (e.is_symlink() ? "@" : ""));
  for (auto& s : all) std::cout << s << ' ';
  std::cout << fs::file_size("a/x.txt") << ' ' << fs::path("/a/b/c.tar.gz").stem()
            << fs::path("a/./b/..").lexically_normal() << fs::exists("zz") << ' ';
  std::error_code e;
  fs::remove("a/b", e);
  std::cout << (e == std::errc::directory_not_empty) << ' ' << fs::remove_all("a") << ' '
            << fs::current_path() << '\n';
}

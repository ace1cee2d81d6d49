#include <iostream>
#include <memory>
#include <vector>
struct Shape {
  virtual ~Shape() = default;
  virtual double area() const = 0;
  virtual std::string name() const { return "shape"; }
};
struct Square final : Shape {
  double side;
  explicit Square(double s) : side(s) {}
  double area() const override { return side * side; }
  std::string name() const override { return "square"; }
};
struct Circle : Shape {
  double area() const override { return 3; }
};
int main() {
  std::vector<std::unique_ptr<Shape>> all;
  all.push_back(std::make_unique<Square>(2));
  all.push_back(std::make_unique<Circle>());
  for (auto& s : all)
    std::cout << s->name() << s->area() << ' ' << (dynamic_cast<Square*>(s.get()) != nullptr)
              << ' ';
  std::cout << '\n';
}

class Animal
  attr_reader :name
  def initialize(name) = @name = name
  def to_s = "#{self.class.name.downcase} #{name}"
  def <=>(other) = name <=> other.name
  include Comparable
end
class Dog < Animal
  def initialize(name, age) = (super(name); @age = age)
  def inspect = "#<Dog #{@age}>"
end
puts Dog.new("rex", 3); p Dog.new("a", 1), Dog.ancestors.first(3), Dog.new("a", 1) < Dog.new("b", 1)
p Dog.instance_methods(false), [Dog.new("z", 1), Dog.new("y", 2)].min.name

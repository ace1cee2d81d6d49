class Counted; @@n = 0; def initialize = @@n += 1; def self.n = @@n; end
3.times { Counted.new }; p Counted.n
p 1.equal?(1), "a".equal?("a".dup), nil.to_a, 5.instance_of?(Integer), Integer === 5, defined?(zzz), nil & true
a = [1, [2]]; b = a.dup; c = Marshal.load(Marshal.dump(a)); a[1] << 3; p b, c
GC.start; p GC.count > 0, ObjectSpace.respond_to?(:each_object)

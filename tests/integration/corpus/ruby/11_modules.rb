module Loud; def speak = super.upcase + "!"; end
class Person; def speak = "hi"; end
class Shouter < Person; prepend Loud; end
puts Shouter.new.speak
module Util; def self.helper = :ok; CONST = 1; module_function; def f = 2; end
p Util.helper, Util::CONST, Util.f, Shouter.include?(Loud)
module Shout; refine(String) { def shout = upcase + "!" }; end
using Shout
puts "refined".shout

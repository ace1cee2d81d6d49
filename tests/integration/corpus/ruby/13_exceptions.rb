def risky(n) = n.zero? ? raise(ArgumentError, "zero") : 10 / n
begin
  risky(0)
rescue ArgumentError, TypeError => e
  puts "#{e.class}: #{e.message}"
else
  puts "none"
ensure
  puts "always"
end
tries = 0
begin; tries += 1; raise "again" if tries < 3; puts tries; rescue; retry; end
class Mine < StandardError; def initialize(m = "mine") = super; end
begin; begin; raise "inner"; rescue => e; raise Mine; end; rescue => e; p e.message, e.cause.message; end
p (catch(:done) { 10.times { |i| throw :done, i if i == 4 }; :never })

n = 100
primes = (2..n).to_a
primes.each { |q| primes.reject! { |x| x > q && (x % q).zero? } }
p primes
require "prime"; p Prime.first(5), 360.prime_division

p 7 / 2, -7 / 2, 7.fdiv(2), 7 % -3, 2**100, 10.digits, 255.to_s(2), "ff".to_i(16)
p 0.1 + 0.2, 1e3.to_i, 3.7.round, -3.5.round, 12345.6789.round(-2), 10.gcd(4), 10.lcm(4)
p Integer.sqrt(10**20), Rational(1, 3) + Rational(1, 6), Complex(1, 2) * Complex(0, 1), 5.clamp(1, 3)

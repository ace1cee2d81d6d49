from decimal import Decimal, getcontext, ROUND_HALF_EVEN
from fractions import Fraction
getcontext().prec = 30
print(Decimal(2).sqrt(), Decimal("2.675").quantize(Decimal("0.01"), ROUND_HALF_EVEN))
print(sum(Fraction(1, n) for n in range(1, 12)), Fraction("0.125") ** 3)
print(Fraction(3.14159).limit_denominator(100))

require "bigdecimal"; require "bigdecimal/util"
p (BigDecimal("0.1") + BigDecimal("0.2")).to_s, "1.23".to_d * 2, BigDecimal("1").div(3, 10).to_s("F")
p Math.hypot(3, 4), Math::PI.floor(4), Math.log2(8), Float::INFINITY > 1, (0.0 / 0).nan?

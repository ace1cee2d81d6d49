require "time"; require "date"
t = Time.utc(2024, 2, 29, 12, 30, 15)
puts t.iso8601, t.strftime("%Y/%j %a %b"), (t + 86_400).day, t.monday?, Time.at(0).utc.year
d = Date.new(2024, 1, 31)
puts d >> 1, d.next_day, d.cwday, (Date.parse("2024-03-01") - d).to_i, d.leap?, Date.valid_date?(2023, 2, 29)
puts Time.parse("2020-01-01 00:00 UTC").to_i

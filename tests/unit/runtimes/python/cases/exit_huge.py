raise SystemExit(2**100)

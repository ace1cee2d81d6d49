import itertools as i, operator
print(list(i.accumulate([1, 2, 3, 4], operator.mul)), list(i.pairwise("abc")))
print([(k, len(list(g))) for k, g in i.groupby("aaabbc")])
print(sum(1 for _ in i.permutations(range(6))), list(i.combinations("abc", 2)))
print(list(i.islice(i.cycle([1, 2]), 5)), list(i.zip_longest("ab", "c", fillvalue="-")))
print(list(i.chain.from_iterable(i.starmap(range, [(2,), (1, 3)]))))

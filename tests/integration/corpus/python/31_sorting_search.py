import heapq, bisect, operator
words = "the quick brown fox".split()
print(sorted(words, key=lambda w: (-len(w), w)), min(words, key=len), list(map(operator.itemgetter(0), words)))
h = [5, 1, 4]; heapq.heapify(h); heapq.heappush(h, 0); print(heapq.heappop(h), heapq.nsmallest(2, h), list(heapq.merge([1, 4], [2, 3])))
a = [1, 3, 5]; bisect.insort(a, 4); print(a, bisect.bisect_left(a, 3))
def quick(s): return s if len(s) < 2 else quick([x for x in s[1:] if x < s[0]]) + [s[0]] + quick([x for x in s[1:] if x >= s[0]])
print(quick([3, 1, 2, 3]), all(x <= y for x, y in zip(a, a[1:])))

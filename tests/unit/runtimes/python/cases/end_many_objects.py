class Last:
    def __del__(self):
        print("last gone")


kept = [[i] for i in range(10_000)]
kept.append(Last())

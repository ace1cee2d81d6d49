import numpy as np, pandas as pd
a = np.arange(12).reshape(3, 4); print(a.sum(axis=0), a[a % 2 == 0][:3], np.linalg.det(np.array([[2., 1], [1, 3]])).round(6))
print(np.fft.fft([1, 0, 0, 0]).real, np.random.default_rng(1).integers(0, 10, 3), (a @ a.T).trace())
d = pd.DataFrame({"k": list("aab"), "v": [1, 2, 3]}); print(d.groupby("k").v.sum().to_dict(), d.v.mean())
d.to_csv("o.csv", index=False); print(pd.read_csv("o.csv").equals(d), pd.date_range("2024-01-31", periods=2, freq="M").strftime("%F").tolist())
print(d.pivot_table(index="k", values="v", aggfunc="max").loc["a", "v"], pd.Series([1, None]).isna().tolist())

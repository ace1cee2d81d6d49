n=200; sieve=()
for ((i = 2; i <= n; i++)); do
  [[ ${sieve[i]} ]] && continue
  printf '%d ' $i
  for ((j = i * i; j <= n; j += i)); do sieve[j]=1; done
done; echo

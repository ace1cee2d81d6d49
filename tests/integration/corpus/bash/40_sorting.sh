values=(33 4 15 8 42 23 16)
for ((i = 1; i < ${#values[@]}; i++)); do
  for ((j = i; j > 0 && values[j] < values[j - 1]; j--)); do
    t=${values[j]}; values[j]=${values[j - 1]}; values[j - 1]=$t
  done
done
echo "${values[@]}"

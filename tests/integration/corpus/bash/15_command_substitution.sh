echo "$(echo "nested $(echo deep)")" `echo old`
files=$(touch a b c; ls)
echo $files
echo "$(<a)end"

s="Hello, World"
echo ${#s} "${s:7}" "${s:0:5}" "${s: -5:3}"
echo "${s^^}" "${s,,}" "${s/World/Bash}" "${s//o/0}"
path=/usr/local/lib/libx.so.1
echo "${path##*/}" "${path%/*}" "${path%%.*}" "${path#*/}"
echo "${s@Q}" "${s/#Hello/Bye}"

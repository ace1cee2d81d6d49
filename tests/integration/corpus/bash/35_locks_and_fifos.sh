mkfifo pipe; (echo through >pipe) & read -r line <pipe; echo "$line"; wait
exec 9>lock; flock 9 && echo locked
(flock -n 9 && echo inherits) 9>&9
flock -n lock true || echo busy

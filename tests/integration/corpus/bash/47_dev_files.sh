echo gone >/dev/null; head -c 4 /dev/zero | od -An -tx1
[[ $(head -c 16 /dev/urandom | wc -c) -eq 16 ]] && echo random
echo x >/dev/full 2>/dev/null || echo full
echo "from stdout" >/dev/stdout

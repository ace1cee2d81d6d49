v=target; target=value; echo "${!v}"
declare -n ref=target; ref=changed; echo "$target"
prefix_a=1 prefix_b=2; echo "${!prefix_@}"
declare -i n=5; n+=3; echo $n
declare -r fixed=1; (fixed=2) 2>/dev/null || echo readonly
declare -u up=shout; echo $up
